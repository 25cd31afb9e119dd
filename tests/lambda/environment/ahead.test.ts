import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualLimits } from '../../../local/lambda/concurrency/limits.ts';
import { makeLambdaService } from '../../../local/lambda/concurrency/service.ts';
import { invocationFrame } from '../../../local/lambda/environment/frames.ts';
import { makeMetrics } from '../../../local/lambda/metrics/metrics.ts';
import type { Environment, Invocation, LambdaFunction } from '../../../local/lambda/types.ts';
import { until } from '../../support/until.ts';
import { answerOf, errorOf, invocation, type Lab, openLab } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const DEADLINE_MS = 30_000;

/** Notes each invocation in a file, does what its event says and answers the event's name. */
const HANDLER = `
const { appendFileSync } = require('node:fs');
exports.handler = async ({ name, ms, exit, print }, context) => {
  appendFileSync(process.env.RUNS, name + '\\n');
  if (print) process.stdout.write(name + '\\n');
  console.log('it is ' + name);
  if (ms) await new Promise((resolve) => setTimeout(resolve, ms));
  if (exit) process.exit(7);
  return name;
};`;

type Event = {
  readonly name: string;
  readonly ms?: number;
  readonly exit?: true;
  readonly print?: true;
  readonly fill?: string;
};

let count = 0;
/** An environment of the handler that has answered once, and the names of what it ran since. */
const openWarm = async (settings: Partial<LambdaFunction> = {}) => {
  count += 1;
  const file = join(lab.dir, `runs-${count}`);
  const environment = lab.open(HANDLER, { environment: { RUNS: file }, ...settings });
  await environment.invoke(invocation({ name: 'warm' }));
  return { environment, runs: () => runsOf(file).filter((name) => name !== 'warm') };
};
const runsOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
const event = (given: Event): Invocation => invocation(given);

/** Waits for something, and then `ms`, without letting the runtime look for its processes' answers. */
const blockUntil = (is: () => boolean, ms = 0): void => {
  for (const end = Date.now() + DEADLINE_MS; !is(); ) {
    if (Date.now() > end) throw new Error('It did not come to pass');
  }
  for (const end = Date.now() + ms; Date.now() < end; );
};
/** Invokes one, and what was sent ahead at its end, as the runtime does: before anything else can happen. */
const invokeBoth = (environment: Environment, first: Invocation, second: Invocation) => {
  const one = environment.invoke(first);
  expect(environment.sendAhead(second)).toBe(true);
  return { one, two: one.then(() => environment.invoke(second)) };
};

describe('An invocation that is sent ahead', () => {
  it('When the one before it ends, then its process goes on with it, and each has its own answer, log and time', async () => {
    const { environment, runs } = await openWarm();
    const { pid } = environment;
    lab.logs.splice(0);
    const [a, b] = [event({ name: 'a', ms: 30 }), event({ name: 'b', ms: 60 })];
    const { one, two } = invokeBoth(environment, a, b);
    const results = [await one, await two];
    expect(results.map(({ outcome }) => outcome)).toEqual([
      { ok: true, payload: '"a"' },
      { ok: true, payload: '"b"' },
    ]);
    expect(runs()).toEqual(['a', 'b']);
    expect(environment.pid).toBe(pid);
    const words = (line: string) => line.replace(/^.*\tINFO\t/, '').slice(0, 60);
    expect(lab.logs.map(words)).toEqual(
      [a, b]
        .flatMap(({ requestId }, i) => [
          `START RequestId: ${requestId} Vers`,
          `it is ${'ab'[i]}`,
          `END RequestId: ${requestId}`,
          `REPORT RequestId: ${requestId}\tDur`,
        ])
        .map((line) => expect.stringContaining(line)),
    );
    expect(results[0]?.logTail).not.toContain('it is b');
    expect(results[1]?.logTail).not.toContain('it is a');
    expect(results[0]?.durationMs).toBeGreaterThanOrEqual(29);
    expect(results[1]?.durationMs).toBeGreaterThanOrEqual(59);
  });

  it('When both have ended before anybody has looked, then each still has its own log and time', async () => {
    const { environment, runs } = await openWarm();
    const { one, two } = invokeBoth(environment, event({ name: 'a' }), event({ name: 'b', ms: 40 }));
    blockUntil(() => runs().length === 2, 100);
    const [{ logTail: first }, { logTail: second, durationMs }] = [await one, await two];
    expect(first).toMatch(/it is a\nEND [^\n]+\nREPORT [^\n]+\n$/);
    expect(second).toMatch(/^START [^\n]+\n[^\n]+it is b\nEND [^\n]+\nREPORT [^\n]+\n$/);
    expect(durationMs).toBeGreaterThanOrEqual(39);
  });

  it('When it is taken back in time, then it is not run', async () => {
    const { environment, runs } = await openWarm();
    const one = environment.invoke(event({ name: 'a', ms: 100 }));
    expect(environment.sendAhead(event({ name: 'b' }))).toBe(true);
    expect(environment.takeBack()).toBe(true);
    await one;
    expect(await answerOf(environment, { name: 'c' })).toBe('c');
    expect(runs()).toEqual(['a', 'c']);
  });

  it('When the process has not even taken the one before it, then that one stays', async () => {
    const { environment, runs } = await openWarm();
    if (environment.pid === undefined) throw new Error('It does not run');
    process.kill(environment.pid, 'SIGSTOP');
    // A runtime that had frozen it by now lets it go on: then it has this one to do
    const one = environment.invoke(event({ name: 'a', ms: 100 }));
    expect(environment.sendAhead(event({ name: 'b' }))).toBe(true);
    expect(environment.takeBack()).toBe(true);
    process.kill(environment.pid, 'SIGCONT');
    expect((await one).outcome).toEqual({ ok: true, payload: '"a"' });
    expect(await answerOf(environment, { name: 'c' })).toBe('c');
    expect(runs()).toEqual(['a', 'c']);
  });

  it('When the process has taken it, then it cannot be taken back, and is run once', async () => {
    const { environment, runs } = await openWarm();
    const { one, two } = invokeBoth(environment, event({ name: 'a' }), event({ name: 'b' }));
    blockUntil(() => runs().includes('b'));
    expect(environment.takeBack()).toBe(false);
    await one;
    expect((await two).outcome).toEqual({ ok: true, payload: '"b"' });
    expect(runs()).toEqual(['a', 'b']);
  });

  it('When the process ends with the one before it, then another process runs it', async () => {
    const { environment, runs } = await openWarm();
    const { one, two } = invokeBoth(environment, event({ name: 'a', exit: true }), event({ name: 'b' }));
    expect(errorOf(await one).errorType).toBe('Runtime.ExitError');
    expect((await two).outcome).toEqual({ ok: true, payload: '"b"' });
    expect(runs()).toEqual(['a', 'b']);
  });

  it('When the process ends with it, then it is not run again', async () => {
    const { environment, runs } = await openWarm();
    const { one, two } = invokeBoth(environment, event({ name: 'a' }), event({ name: 'b', exit: true }));
    blockUntil(() => runs().includes('b'));
    expect((await one).outcome).toEqual({ ok: true, payload: '"a"' });
    expect(errorOf(await two).errorMessage).toMatch(/Runtime exited with error: exit status 7$/);
    expect(await answerOf(environment, { name: 'c' })).toBe('c');
    expect(runs()).toEqual(['a', 'b', 'c']);
  });

  it('When the process is ended for the one before it and has taken it, then it is not run again', async () => {
    const { environment, runs } = await openWarm({ timeoutMs: 500 });
    const { one, two } = invokeBoth(environment, event({ name: 'a' }), event({ name: 'b', ms: 60_000 }));
    // The machine slept, say: what comes first then is that time is up for the first
    blockUntil(() => runs().includes('b'), 600);
    expect((await one).status).toBe('timeout');
    expect(errorOf(await two).errorType).toBe('Runtime.ExitError');
    expect(await answerOf(environment, { name: 'c' })).toBe('c');
    expect(runs()).toEqual(['a', 'b', 'c']);
  });

  it('When a frame is short, then nothing is in it of the one before', () => {
    invocationFrame(event({ name: 'secret'.repeat(300) }), 1_000);
    expect(invocationFrame(event({ name: 'b' }), 1_000).toString()).not.toContain('secret');
  });

  it('When nobody could take it back, or tell what it prints from what others print, then it is not sent', async () => {
    const { environment } = await openWarm();
    const fill = 'x'.repeat(4_096);
    const long = environment.invoke(event({ name: 'long', fill, ms: 50 }));
    expect(environment.sendAhead(event({ name: 'a' }))).toBe(false);
    await long;
    const short = environment.invoke(event({ name: 'short', ms: 50 }));
    expect(environment.sendAhead(event({ name: 'a', fill }))).toBe(false);
    expect(environment.sendAhead(event({ name: 'a' }))).toBe(true);
    expect(environment.sendAhead(event({ name: 'b' }))).toBe(false);
    expect(environment.takeBack()).toBe(true);
    await short;
    await environment.invoke(event({ name: 'prints', print: true }));
    const printed = environment.invoke(event({ name: 'c', ms: 50 }));
    expect(environment.sendAhead(event({ name: 'a' }))).toBe(false);
    await printed;
  });

  it('When the system has no such pipes, then every invocation waits for the one before it, short or long', async () => {
    const other = await openLab({ fifos: false });
    try {
      const environment = other.open('exports.handler = async ({ fill }) => fill.length;');
      for (const length of [1, 5_000_000, 2, 4_000]) {
        const one = environment.invoke(invocation({ fill: 'x'.repeat(length) }));
        expect(environment.sendAhead(event({ name: 'a' }))).toBe(false);
        expect((await one).outcome).toEqual({ ok: true, payload: String(length) });
      }
    } finally {
      await other.close();
    }
  });

  it('When many come, short and long ones, and processes end under them, then each is run once and answered', async () => {
    count += 1;
    const file = join(lab.dir, `runs-${count}`);
    const service = makeLambdaService({
      functions: [lab.define(HANDLER, { key: 'f', environment: { RUNS: file } })],
      limits: { ...usualLimits(16 * 2 ** 30), requestsPerConcurrency: 1_000 },
      start: lab.environments.start,
      metrics: makeMetrics(60),
    });
    const eventOf = (n: number): Event => ({
      name: `n${n}`,
      ...(n % 5 === 0 && { ms: n % 13 }),
      ...(n % 61 === 0 && { exit: true }),
    });
    const all = Array.from({ length: 1_200 }, (_, n) => eventOf(n));
    const left = all.values();
    const wrong: unknown[] = [];
    const caller = async (): Promise<void> => {
      for (const one of left) {
        const running = service.invoke('f', event(one));
        if (typeof running === 'string') throw new Error(running);
        const { outcome, logTail } = await running;
        const said = [...logTail.matchAll(/it is (\w+)/g)].map(([, name]) => name);
        const isRight = one.exit ? !outcome.ok : outcome.ok && outcome.payload === `"${one.name}"`;
        if (!isRight || said.join() !== one.name) wrong.push({ one, outcome, said });
      }
    };
    await Promise.all(Array.from({ length: 16 }, caller));
    await service.close();
    expect(wrong).toEqual([]);
    expect(runsOf(file).toSorted()).toEqual(all.map(({ name }) => name).toSorted());
    await until('all environments are gone', async () =>
      service.pools()[0]?.alive === 0 ? true : undefined,
    );
  });
});
