import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { until } from '../../../support/until.ts';
import { type Check, errorOf, pass, resultOf, soonMs } from './check.ts';

type Counted = { readonly environment: string; readonly count: number };
type Ticks = {
  readonly environment: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly startedAt: number;
  readonly endedAt: number;
};

const reuses: Check = async ({ invoke }) => {
  const first = resultOf<Counted>(await invoke('l01'));
  const second = resultOf<Counted>(await invoke('l01'));
  assert.deepEqual([first.count, second.count], [1, 2]);
  assert.equal(second.environment, first.environment);
};

const oneAtATime: Check = async ({ invoke }) => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => invoke('l02', { ms: 600 })));
  const results = answers.map((answer) => resultOf<{ environment: string; overlap: number }>(answer));
  assert.equal(
    new Set(results.map(({ environment }) => environment)).size,
    4,
    'environments of 4 overlapping calls',
  );
  assert.deepEqual(
    results.map(({ overlap }) => overlap),
    [1, 1, 1, 1],
  );
};

/** The handler's timer is due every 50 ms: 20 times in the second in which nothing is invoked. */
const freezes: Check = async ({ invoke }) => {
  const first = resultOf<Ticks>(await invoke('l03'));
  await pass(1_000);
  const second = resultOf<Ticks>(await invoke('l03', { ms: 200 }));
  assert.equal(second.environment, first.environment);
  const between = second.before.filter((tick) => tick > first.endedAt && tick < second.startedAt);
  assert.equal(between.length, 0, `${between.length} ticks while nothing was invoked`);
  assert.ok(second.after.length > 0, 'the timer does not go on at the next invocation');
};

const temporaryFiles: Check = async ({ invoke, full }) => {
  const [one, two] = await Promise.all([
    invoke('l04', { name: 'l04', text: 'of the first', ms: 500 }),
    pass(150).then(() => invoke('l04', { name: 'l04', ms: 400 })),
  ]);
  const writer = resultOf(one);
  const other = resultOf(two);
  assert.equal(writer['text'], 'of the first');
  assert.notEqual(other['environment'], writer['environment']);
  assert.equal(other['text'], null, 'another environment sees the file');
  // Warm calls go to one of the two; the file is there in the one that wrote it.
  const both = await Promise.all([1, 2].map(() => invoke('l04', { name: 'l04', ms: 300 })));
  const again = both
    .map((answer) => resultOf(answer))
    .find(({ environment }) => environment === writer['environment']);
  assert.equal(again?.['text'], 'of the first', 'a warm call does not find the file');
  for (const fault of ['exit', 'hang']) {
    // Both environments are reset, so that the next call meets a reset one, whichever it is.
    const name = `l04-${fault}`;
    const reset = await Promise.all([1, 2].map(() => invoke('l04', { name, text: 'kept', ms: 200, fault })));
    for (const answer of reset) errorOf(answer);
    assert.equal(resultOf(await invoke('l04', { name }))['text'], 'kept', `lost by a reset after ${fault}`);
  }
  if (full) resultOf(await invoke('l04', { name: 'l04-large', megabytes: 400 }));
};

const resets: Check = async ({ invoke }) => {
  const count = async (): Promise<number> => resultOf<Counted>(await invoke('l05')).count;
  assert.equal(await count(), 1);
  errorOf(await invoke('l05', { fault: 'throw' }));
  assert.equal(await count(), 3, 'the count after a throw');
  for (const fault of ['exit', 'hang']) {
    errorOf(await invoke('l05', { fault }));
    assert.equal(await count(), 1, `the count after ${fault}`);
  }
};

const killsAtOnce: Check = async ({ another }) => {
  const runtime = await another({ config: 'serverless.yml' });
  const { pid } = resultOf<{ pid: number }>(await runtime.invoke('l06'));
  assert.notEqual(pid, runtime.pid, 'the environment is no process of its own');
  process.kill(runtime.pid, 'SIGTERM');
  await runtime.exited;
  await until('the environment is gone', async () => !existsSync(`/proc/${pid}`) || undefined, {
    withinMs: soonMs(runtime),
  });
  const signals = runtime.records('l06').flatMap(({ signal }) => signal ?? []);
  assert.deepEqual(signals, [], 'the handler was told of the end');
};

/** Environments: their life, reuse, freezing, files and end. */
export const lifecycleChecks = {
  L01: reuses,
  L02: oneAtATime,
  L03: freezes,
  L04: temporaryFiles,
  L05: resets,
  L06: killsAtOnce,
} satisfies Record<string, Check>;
