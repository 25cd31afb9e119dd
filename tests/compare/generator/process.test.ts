import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClosedLoop, startGenerator } from '../../../compare/generator/start-generator.ts';
import { LoadResult } from '../../../compare/results/run-record.ts';

let server: Server;
let url = '';
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    response.statusCode = request.url === '/broken' ? 500 : 200;
    if (request.url !== '/hang') response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const jobOf = (path: string, rate: number, seconds: number) =>
  ({
    mode: 'open-loop',
    warmUpSeconds: 0,
    durationSeconds: seconds,
    timeoutMs: 300,
    traffic: {
      kind: 'requests',
      url: url + path,
      arrivals: 'poisson',
      rate,
      durationSeconds: seconds,
      seed: 7,
    },
  }) as const;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const eventually = async (is: () => boolean): Promise<void> => {
  for (const end = Date.now() + 10_000; !is(); await new Promise((resolve) => setTimeout(resolve, 10))) {
    if (Date.now() > end) throw new Error('it did not come about in 10 s');
  }
};

describe("the generator's own process", () => {
  it('When a job is done, then it has told when it started and how it went, and is gone', async () => {
    const told: number[] = [];
    let startedAt = 0;
    const before = Date.now();
    const { result, pid } = startGenerator(jobOf('/', 200, 1), {
      onStart: (at) => {
        startedAt = at;
      },
      onProgress: ({ second }) => void told.push(second),
    });
    const load = LoadResult.parse(await result);
    expect(load.offered).toBeGreaterThan(140);
    expect([load.answered, load.failed]).toEqual([load.offered, 0]);
    expect(load.generator.cpuSeconds).toBeGreaterThan(0);
    expect(startedAt).toBeGreaterThanOrEqual(before - 1);
    expect(startedAt).toBeLessThanOrEqual(Date.now());
    expect(told[0]).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('When answers are missing or not meant, then the failures are kept', async () => {
    const [hangs, broken, refused] = await Promise.all([
      startGenerator(jobOf('/hang', 30, 0.5)).result,
      startGenerator(jobOf('/broken', 30, 0.5)).result,
      // Nobody listens on port 1.
      startGenerator({
        ...jobOf('/', 30, 0.5),
        traffic: { ...jobOf('/', 30, 0.5).traffic, url: 'http://127.0.0.1:1/' },
      }).result,
    ]);
    expect(hangs.offered).toBeGreaterThan(4);
    expect(hangs.failures).toEqual({ timeout: hangs.offered });
    expect(hangs.latency.min).toBeGreaterThanOrEqual(299);
    expect(broken.failures).toEqual({ 'status-500': broken.offered });
    expect(broken.answered).toBe(broken.offered);
    expect(refused.failures).toEqual({ error: refused.offered });
  });

  it('When it is aborted, then it is gone and its result rejects', async () => {
    const generator = startGenerator(jobOf('/', 100, 60));
    const before = asked;
    await eventually(() => asked > before);
    await generator.abort();
    expect(isAlive(generator.pid)).toBe(false);
    await expect(generator.result).rejects.toThrow('without a result');
  });

  it('When the process that started it is killed, then it ends itself', async () => {
    const module = new URL('../../../compare/generator/start-generator.ts', import.meta.url).href;
    const code = `const { startGenerator } = await import(${JSON.stringify(module)});
      console.log(startGenerator(${JSON.stringify(jobOf('/', 100, 60))}).pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', code]);
    let pid = 0;
    parent.stdout.on('data', (chunk: Buffer) => {
      pid = Number(chunk.toString());
    });
    const before = asked;
    await eventually(() => pid > 0 && asked > before);
    parent.kill('SIGKILL');
    await eventually(() => !isAlive(pid));
  });

  it('When a closed loop is run, then there is a throughput and nothing of latency', async () => {
    const loop = { mode: 'closed-loop', url: `${url}/`, callers: 4, warmUpSeconds: 0.1 } as const;
    const result = await startClosedLoop({ ...loop, durationSeconds: 0.5 }).result;
    expect(result.mode).toBe('closed-loop');
    expect(result.throughput).toBeCloseTo(result.answered / result.seconds, 5);
    expect(result.throughput).toBeGreaterThan(50);
    expect(Object.keys(result).toSorted()).toEqual(
      ['answered', 'callers', 'failures', 'generator', 'mode', 'seconds', 'throughput'].toSorted(),
    );
  });
});
