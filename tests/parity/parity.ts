import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import type { Shop } from '../support/shop.ts';
import { type Failing, reduce } from './reduce.ts';
import { settle } from './settle.ts';
import { anyStep, type Step } from './step.ts';
import { takeStep } from './take-step.ts';
import { openWorld, type World } from './world.ts';

/** What to compare, and how much. */
export type ParityOptions = {
  readonly left: Shop;
  readonly right: Shop;
  /** Least number of steps to take on each stack. */
  readonly steps: number;
  readonly seed: number;
  /** Told how many steps have been taken. */
  readonly progress?: (taken: number) => void;
};

/** What came of it: `difference` is a readable counterexample, undefined when the two stacks did the same throughout. */
export type ParityResult = { readonly steps: number; readonly runs: number; readonly difference?: string };

/** Longest sequence of steps; on average a sequence is half as long. */
const LONGEST = 40;

/** Longest time for taking away the steps that a difference does not need, in ms. */
const REDUCE_MS = 60_000;

/** A step in one line, as JSON, so that it can be pasted into a test. */
const line = (step: Step): string => JSON.stringify(step);

const show = (value: unknown): string =>
  inspect(value, { depth: 12, breakLength: 120, compact: 3, maxArrayLength: 50 });

/** Takes the same steps on both shops, side by side. @throws Error at the first step whose traces differ */
const walk = async (
  { left, right }: ParityOptions,
  steps: readonly Step[],
  taken: () => void,
): Promise<void> => {
  const [one, other] = await Promise.all([openWorld(left), openWorld(right)]);
  const compare = (where: string, [a, b]: [unknown, unknown]): void => {
    try {
      assert.deepEqual(a, b);
    } catch {
      throw new Error(`${where}\n${left.name}:\n${show(a)}\n${right.name}:\n${show(b)}`);
    }
  };
  const both = async (look: (world: World) => Promise<unknown>): Promise<[unknown, unknown]> =>
    Promise.all([look(one), look(other)]);
  for (const [index, step] of steps.entries()) {
    const where = `step ${index + 1} of ${steps.length}, ${line(step)}`;
    compare(where, await both((world) => takeStep(world, step)));
    taken();
    compare(`${where}, the state after it`, await both((world) => stateOf(world)));
  }
  compare('after the last step', await both((world) => stateOf(world, { all: true })));
};

const stateOf = async (world: World, options?: { all: boolean }): Promise<unknown> =>
  world.normalise(await settle(world, options));

const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

const explain = (seed: number, path: string | null, { items, error }: Failing<Step>): string => {
  const list = items.map((step, index) => `${String(index + 1).padStart(3)}. ${line(step)}`).join('\n');
  return `The two stacks differ (seed ${seed}, path ${path}) after these steps:\n${list}\n\n${error.message}`;
};

/**
 * Compares two shops by one model: random sequences of steps, the same on both, whose traces must be identical. A
 * difference is reduced to the steps that it takes.
 */
export const compareShops = async (options: ParityOptions): Promise<ParityResult> => {
  let taken = 0;
  let runs = 0;
  const count = (): void => {
    taken += 1;
    options.progress?.(taken);
  };
  const attempt = (steps: readonly Step[]): Promise<Error | undefined> =>
    walk(options, steps, () => {}).then(() => undefined, errorOf);

  const sequence = fc.array(anyStep, { minLength: 1, maxLength: LONGEST, size: 'max' });
  const property = fc.asyncProperty(sequence, async (steps) => {
    runs += 1;
    await walk(options, steps, count);
  });
  for (let seed = options.seed; taken < options.steps; seed += 1) {
    const numRuns = Math.max(1, Math.ceil(((options.steps - taken) * 2) / LONGEST));
    const result = await fc.check(property, { seed, numRuns, endOnFailure: true });
    if (!result.failed) continue;
    const items = result.counterexample?.[0] ?? [];
    const found = { items, error: errorOf(result.errorInstance) };
    const least = await reduce(found, attempt, Date.now() + REDUCE_MS);
    return { steps: taken, runs, difference: explain(seed, result.counterexamplePath, least) };
  }
  return { steps: taken, runs };
};
