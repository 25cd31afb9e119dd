import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCgroupHomes } from '../../../local/lambda/environment/cgroup-homes.ts';
import { cpuQuota, makeCgroup } from '../../../local/lambda/environment/cgroups.ts';
import { answerOf, errorOf, invocation, type Lab, openLab, untilFrozen } from './lab.ts';

/** Takes `mb` of memory and holds it, as buffers, in a child, or as objects of V8. */
const HUNGRY = `
  const held = [];
  exports.handler = async ({ mb = 0, how = 'buffers' }) => {
    const rest = () => new Promise((resolve) => setTimeout(resolve, 2));
    for (let n = 0; n < mb; n += 4) {
      if (how === 'buffers') held.push(Buffer.alloc(4 * 1024 * 1024, 1));
      else for (let k = 0; k < 4; k++) held.push(Array.from({ length: 65_536 }, () => ({ n })));
      if (n % 16 === 0) await rest();
    }
    return held.length;
  };`;

const killed = {
  errorType: 'Runtime.ExitError',
  errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
};

let lab: Lab;
let polled: Lab;
beforeAll(async () => {
  [lab, polled] = await Promise.all([openLab(), openLab({ cgroups: false })]);
});
afterAll(() => Promise.all([lab.close(), polled.close()]));

const byCgroups = (): boolean => lab.environments.limits.memory.includes('control groups (version');

describe('Memory', () => {
  it.each([
    ['as this machine allows', () => lab],
    ['without control groups', () => polled],
  ])('M01: When a function takes more than its size, %s, then it is killed and says so', async (_how, of) => {
    const environment = of().open(HUNGRY, { memoryMb: 128, timeoutMs: 20_000 });
    const result = await environment.invoke(invocation({ mb: 400 }));
    expect(errorOf(result)).toEqual(killed);
    expect(result).toMatchObject({ status: 'out-of-memory', maxMemoryMb: 128, environmentLost: false });
    expect(result.logTail).toMatch(
      /\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tInit Duration: \S+ ms\tStatus: error\tError Type: Runtime\.OutOfMemory\n$/,
    );
    expect(await answerOf(environment)).toBe(0);
  });

  it('M01: When the memory is V8 objects, then it is killed as well, before V8 gives up', async () => {
    const environment = polled.open(HUNGRY, { memoryMb: 160, timeoutMs: 20_000 });
    const result = await environment.invoke(invocation({ mb: 2_000, how: 'objects' }));
    expect([errorOf(result), result.status]).toEqual([killed, 'out-of-memory']);
  });

  it('M01: When it takes less, then it lives, and the report says how much', async () => {
    const environment = lab.open(HUNGRY, { memoryMb: 512, timeoutMs: 20_000 });
    const small = await environment.invoke(invocation());
    const large = await environment.invoke(invocation({ mb: 100 }));
    expect(large.status).toBe('success');
    expect(large.maxMemoryMb - small.maxMemoryMb).toBeGreaterThan(90);
    expect(large.maxMemoryMb).toBeLessThan(300);
  });

  it('When somebody else kills it, then it is no lack of memory', async () => {
    const environment = lab.open(
      'exports.handler = async () => { process.kill(process.pid, "SIGKILL"); await new Promise((resolve) => setTimeout(resolve, 1000)); };',
    );
    const result = await environment.invoke(invocation());
    expect([errorOf(result), result.status]).toEqual([killed, 'error']);
  });

  it('When an INIT takes more than its size, then that is its error', async () => {
    const environment = polled.open(
      'const held = []; setInterval(() => held.push(Buffer.alloc(8e6, 1)), 1); exports.handler = new Promise(() => {});',
      { memoryMb: 128, handler: 'index.handler' },
    );
    expect(errorOf(await environment.invoke(invocation())).errorType).toBe('Runtime.HandlerNotFound');
    const other = polled.open(
      {
        'index.mjs':
          'const held = []; for (;;) { held.push(Buffer.alloc(4e6, 1)); await new Promise((resolve) => setTimeout(resolve, 1)); }',
      },
      { memoryMb: 128 },
    );
    const result = await other.invoke(invocation());
    expect([errorOf(result), result.status]).toEqual([killed, 'out-of-memory']);
  });
});

describe('CPU', () => {
  const BURN = `
    exports.handler = async ({ ms }) => {
      const before = process.cpuUsage(); const began = performance.now();
      while (performance.now() - began < ms);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000 / (performance.now() - began);
    };`;

  it('M02: When a function computes, then it has memorySize/1769 of a CPU', async (context) => {
    if (!byCgroups()) context.skip(lab.environments.limits.cpu);
    for (const memoryMb of [177, 512]) {
      const environment = lab.open(BURN, { memoryMb, timeoutMs: 10_000 });
      const share = (await answerOf(environment, { ms: 500 })) as number;
      expect(share).toBeLessThan((memoryMb / 1_769) * 1.25);
    }
  });

  it('M02: When the sizes are those of Lambda, then the quotas are in proportion, and none the kernel refuses', () => {
    for (const memoryMb of [128, 176, 177, 512, 1_769, 3_008, 10_240]) {
      const { quota, period } = cpuQuota(memoryMb);
      expect(quota / period).toBeCloseTo(memoryMb / 1_769, 3);
      expect(quota).toBeGreaterThanOrEqual(1_000);
      expect(period).toBeLessThanOrEqual(20_000);
    }
  });

  it('When it is idle and frozen, then it takes none', async () => {
    const environment = lab.open(
      'setInterval(() => { for (let n = 0; n < 1e5; n++); }, 1); exports.handler = async () => process.cpuUsage().user;',
      { memoryMb: 1_769 },
    );
    await environment.initialised;
    await untilFrozen(environment.pid);
    const ticks = (): number => {
      const stat = readFileSync(`/proc/${environment.pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11]);
    };
    const before = ticks();
    await answerOf(lab.open(BURN), { ms: 60 });
    expect(ticks()).toBe(before);
  });
});

describe('What is enforced', () => {
  it('When somebody asks, then each limit is one line that says how, or why not', () => {
    for (const { environments } of [lab, polled])
      for (const line of Object.values(environments.limits))
        expect(line).toMatch(/^(memorySize|not limited)[^\n]{20,}$/);
    expect(polled.environments.limits.cpu).toMatch(/not limited/);
    expect(polled.environments.limits.memory).toMatch(/every 20 ms/);
  });
});

describe('Two runtimes of one process', () => {
  it('When one is closed, then the other one has its environments and its limits still', async () => {
    const other = await openLab();
    const environment = lab.open(HUNGRY, { memoryMb: 128, timeoutMs: 20_000 });
    expect(await answerOf(environment)).toBe(0);
    await other.close();
    expect((await environment.invoke(invocation({ mb: 400 }))).status).toBe('out-of-memory');
  });
});

describe('Control groups of version 2', () => {
  /** A tree as the kernel would show it: the test makes the files that the kernel would. */
  const fake = (controllers: string) => {
    const root = mkdtempSync(join(tmpdir(), 'duet-cgroup2-'));
    const app = join(root, 'user.slice', 'app.slice');
    const home = join(app, 'duet-lambda-1-1');
    mkdirSync(join(app, 'own.scope', 'duet-lambda-1-1'), { recursive: true });
    mkdirSync(home);
    writeFileSync(join(app, 'own.scope', 'duet-lambda-1-1', 'cgroup.controllers'), '\n');
    writeFileSync(join(home, 'cgroup.controllers'), `${controllers}\n`);
    return { root, home };
  };
  const find = (root: string) =>
    makeCgroupHomes('duet-lambda-1-1', () => {}, {
      mountinfo: `30 23 0:26 / ${root} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n`,
      cgroup: '0::/user.slice/app.slice/own.scope\n',
    });

  it('When our own group hands on nothing, then the one above it may, and the limits are written there', () => {
    const { root, home } = fake('cpu io memory pids');
    const homes = find(root);
    expect(homes).toEqual({ version: 2, cpu: home, memory: home, reason: '' });
    expect(readFileSync(join(home, 'cgroup.subtree_control'), 'utf8')).toBe('+cpu +memory');
    const group = makeCgroup(homes, 'one', 512);
    const read = (file: string): string => readFileSync(join(home, 'one', file), 'utf8');
    expect(read('memory.max')).toBe(String(512 * 1024 * 1024));
    group.throttle();
    expect(read('cpu.max')).toBe('2894 10000');
    writeFileSync(join(home, 'one', 'memory.events'), 'low 0\noom 2\noom_kill 1\n');
    expect(group.memoryKills()).toBe(1);
    rmSync(root, { recursive: true });
  });

  it('When nobody hands on both, then the line says whose folder lacks what', () => {
    const { root } = fake('memory');
    expect(find(root)).toMatchObject({ version: 2, reason: expect.any(String) });
    expect(find(root).cpu).toBeUndefined();
    rmSync(root, { recursive: true });
  });

  it('When the machine has none, then it says so', () => {
    const homes = makeCgroupHomes('x', () => {}, {
      mountinfo: '22 1 8:1 / / rw - ext4 /dev/sda rw\n',
      cgroup: '',
    });
    expect(homes).toEqual({ version: 1, reason: 'no control groups for memory' });
  });
});
