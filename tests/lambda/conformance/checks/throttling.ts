import assert from 'node:assert/strict';
import type { InvokeAnswer, Runtime } from '../../support/runtime.ts';
import { assertWithin, type Check, pass, resultOf } from './check.ts';

/** Limits that a laptop reaches: of the account, of what reservations leave, of new environments in a second. */
const LIMITED = { accountConcurrency: 8, unreservedConcurrency: 4 };
const SCALED = { scalingEnvironments: 4, scalingPeriodMs: 2_000 };
/** Of all functions of limits.yml. */
const RESERVED = 3;

const isThrottled = (answer: InvokeAnswer): boolean => answer.status === 429;

const assertThrottled = (answer: InvokeAnswer, reason: string): void => {
  assert.equal(answer.status, 429, `not throttled: ${answer.text.slice(0, 100)}`);
  assert.match(String(answer.headers['x-amzn-errortype']), /^TooManyRequestsException/);
  const { Reason, Type } = answer.json as Record<string, unknown>;
  assert.deepEqual({ Reason, Type }, { Reason: reason, Type: 'User' });
};

/** So many calls at once, each of which takes `ms`; started in such a way that all overlap. */
const burst = (runtime: Runtime, key: string, calls: number, ms: number): Promise<InvokeAnswer[]> =>
  Promise.all(Array.from({ length: calls }, () => runtime.invoke(key, { ms }, { timeoutMs: 120_000 })));

/** Long enough that all calls of a burst overlap, cold starts included. */
const holdMs = (calls: number): number => 1_000 + 40 * calls;

const reserved: Check = async (runtime) => {
  const held = runtime.invoke('n01', { ms: 1_200 });
  held.catch(() => undefined);
  await pass(300);
  assertThrottled(await runtime.invoke('n01'), 'ReservedFunctionConcurrentInvocationLimitExceeded');
  resultOf(await held);
  resultOf(await runtime.invoke('n01', { ms: 1 }));
};

const accountPool: Check = async ({ another }) => {
  const runtime = await another({ config: 'limits.yml', scale: LIMITED });
  const pool = runtime.scale.accountConcurrency - RESERVED;
  const answers = await burst(runtime, 'one', pool + 2, holdMs(pool));
  const throttled = answers.filter(isThrottled);
  assert.equal(throttled.length, 2, `throttled of ${pool + 2} at once with a pool of ${pool}`);
  for (const answer of throttled) assertThrottled(answer, 'ConcurrentInvocationLimitExceeded');
};

const reservations: Check = async ({ another, refuses }) => {
  const runtime = await another({ config: 'limits.yml', scale: LIMITED });
  for (let n = 0; n < 3; n += 1) {
    assertThrottled(await runtime.invoke('none'), 'ReservedFunctionConcurrentInvocationLimitExceeded');
  }
  const refused = await refuses('refused-reservation.yml');
  assert.notEqual(refused, undefined, 'reservations that leave less than 100 are taken');
  // The reserved part is idle, and still nobody else's; what has a part of its own is not touched by a full pool.
  const pool = runtime.scale.accountConcurrency - RESERVED;
  const ms = holdMs(pool);
  const full = Promise.all([burst(runtime, 'one', pool - 1, ms), burst(runtime, 'other', 2, ms)]);
  full.catch(() => undefined);
  await pass(ms / 2);
  const own = await burst(runtime, 'reserved', RESERVED, 10);
  assert.deepEqual(
    own.map(({ status }) => status),
    [200, 200, 200],
    'calls of a reserved function with a full pool',
  );
  assert.equal((await full).flat().filter(isThrottled).length, 1, 'throttled with the pool exceeded by 1');
};

const scalingRate: Check = async ({ another }) => {
  const runtime = await another({ config: 'limits.yml', scale: SCALED });
  const { scalingEnvironments: most, scalingPeriodMs: period } = runtime.scale;
  // Unused capacity is not saved: what a later burst gains is no more
  await pass(period * 1.25);
  const ms = period * 1.5;
  const from = performance.now();
  const first = burst(runtime, 'scaled', most + 2, ms);
  first.catch(() => undefined);
  await pass(period / 2);
  const rest = (performance.now() - from) / period;
  const later = burst(runtime, 'scaled', most, period);
  later.catch(() => undefined);
  const gained = (answers: readonly InvokeAnswer[]): number =>
    answers.filter(({ status }) => status === 200).length;
  assert.equal(gained(await first), most, `environments of ${most + 2} calls at once`);
  // Continuously refilled: after half of the period half of them are there again, and not none, nor all
  assertWithin(
    'environments gained meanwhile',
    gained(await later),
    Math.floor(most * rest) - 1,
    most * (rest + 0.4),
  );
};

const requestRate: Check = async ({ invoke }) => {
  resultOf(await invoke('n05'));
  await pass(1_100);
  const statuses: number[] = [];
  const from = performance.now();
  while (performance.now() - from < 800 && statuses.length < 60) {
    statuses.push((await invoke('n05')).status);
  }
  const served = statuses.filter((status) => status === 200).length;
  assert.ok(
    statuses.includes(429),
    `${served} requests of a concurrency of 1 within a second, and none throttled`,
  );
  assertWithin('requests served within 0.8 s with a concurrency of 1', served, 5, 20);
};

/** Throttles: of a function, of the account, of its scaling and its rate. */
export const throttlingChecks = {
  N01: reserved,
  N02: accountPool,
  N03: reservations,
  N04: scalingRate,
  N05: requestRate,
} satisfies Record<string, Check>;
