/** The runtime as a process, with real environments. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../local/start-ports.ts';
import { environment } from '../../../shared/kernel/config.ts';
import { until } from '../../cloud/support/until.ts';
import { call } from '../support/call.ts';

const MAIN = fileURLToPath(new URL('../../../local/lambda/main.ts', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'duet-process-'));
const LOG = join(dir, 'functions.log');

const YML = `
service: shop
provider: { name: aws, stage: test, timeout: 3, memorySize: 256 }
functions:
  version: { handler: functions.version, events: [{ httpApi: GET /version }] }
  slow: { handler: functions.slow, events: [{ httpApi: GET /slow }] }
`;
const codeOf = (version: number): string => `
exports.version = async () => { console.log('says ${version}'); return { statusCode: 200, body: '${version} ' + process.pid }; };
exports.slow = async () => { await new Promise((resolve) => setTimeout(resolve, 600)); return { statusCode: 200, body: 'done' }; };
`;

type Started = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  readonly ready: () => Promise<unknown>;
};

const children: ChildProcess[] = [];
let ports: readonly number[] = [];
beforeAll(async () => {
  writeFileSync(join(dir, 'serverless.yml'), YML);
  writeFileSync(join(dir, 'functions.cjs'), codeOf(1));
  ports = await freePorts(3);
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const start = (...more: string[]): Started => {
  const [http, invoke, control] = ports.map(String);
  const args = [MAIN, '--config', 'serverless.yml', '--stage', 'test', '--log', LOG, '--watch'];
  const given = ['--httpPort', `${http}`, '--lambdaPort', `${invoke}`, '--controlPort', `${control}`];
  const child = spawn(process.execPath, [...args, ...given, ...more], {
    cwd: dir,
    env: { ...environment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return {
    child,
    output: () => output,
    ended: new Promise((resolve) => child.once('close', resolve)),
    ready: () => until('the runtime is ready', () => output.includes('"ready":true')),
  };
};

const get = async (path: string) => (await call(`http://127.0.0.1:${ports[0]}${path}`)).text;
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('The runtime as a process', () => {
  it('When it is asked to stop, then what runs ends, no line of log is lost, nothing is left, and the code is 0', async () => {
    const { child, ended, ready } = start();
    await ready();
    const [, pid] = (await get('/version')).split(' ');
    const slow = get('/slow');
    await until('the invocation', async () => {
      const functions = await call(`http://127.0.0.1:${ports[2]}/functions`);
      return functions.text.includes('"function":"slow","environments":1,"busy":1');
    });
    child.kill('SIGTERM');
    expect(await slow).toBe('done');
    expect(await ended).toBe(0);
    const log = readFileSync(LOG, 'utf8');
    for (const key of ['version', 'slow']) {
      expect(log.match(new RegExp(`^${key} \\| (START|END|REPORT) RequestId: `, 'gm'))).toHaveLength(3);
    }
    expect(log).toMatch(/^version \| \S+\t\S+\tINFO\tsays 1$/m);
    await until('the environment has ended', () => !isAlive(Number(pid)));
  });

  it('When it is killed -9, then its environments end too, and a start on the same ports serves at once', async () => {
    const first = start();
    await first.ready();
    const [, pid] = (await get('/version')).split(' ');
    first.child.kill('SIGKILL');
    await first.ended;
    const second = start();
    // Asked before it is ready: whoever comes early waits
    const early = until('an early answer', () => get('/version').catch(() => undefined));
    expect((await early).startsWith('1 ')).toBe(true);
    await until('the old environment has ended', () => !isAlive(Number(pid)));
    expect(second.output()).not.toContain('Error');
  });

  it('When the code changes, then the next invocation has the new one', async () => {
    await start().ready();
    expect(await get('/version')).toMatch(/^1 /);
    const digest = createHash('sha1').update(codeOf(2)).digest('hex');
    writeFileSync(join(dir, 'functions.cjs'), `${codeOf(2)}// ${digest}`);
    await until('the new code', async () => (await get('/version')).startsWith('2 '));
    const functions = await call(`http://127.0.0.1:${ports[2]}/functions`);
    expect(functions.text).toContain('new environments have the new code');
  });

  it('When a port is taken, then it ends with code 1 and names port, door and option', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const { ended, output } = start('--lambdaPort', String(port));
    expect(await ended).toBe(1);
    expect(output()).toContain(
      `Port ${port} (Invoke API) is taken by another process: choose another with --lambdaPort`,
    );
    holder.close();
  });
});
