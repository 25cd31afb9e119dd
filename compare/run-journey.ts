import { makeTransport } from '../shared/contract/transport.ts';
import { type Difference, differ } from './differ.ts';
import { type Files, filesOf } from './files.ts';
import type { Stack } from './find-stacks.ts';
import type { Answer } from './normalise.ts';
import type { Side } from './options.ts';
import type { Step } from './step.ts';
import { type Ground, makeWalk, type Walk } from './walk.ts';

/** What one walk saw at one step. `error`: the step could not be done. `ms`: how long it took. */
export type Seen = {
  readonly answers: readonly Answer[];
  readonly violations: readonly string[];
  readonly error?: string;
  readonly ms: number;
};

/** Times of a step on one side, in ms: the first walk's, and the median of the others. */
export type Times = { readonly cold: number; readonly warm: number };

/** What the whole comparison found at one step. `differences` holds also broken answers, with what is wrong on each side. */
export type StepResult = {
  readonly step: Pick<Step, 'id' | 'title' | 'says'>;
  readonly answers: Readonly<Record<Side, readonly Answer[]>>;
  readonly differences: readonly Difference[];
  readonly times: Readonly<Record<Side, Times>>;
  readonly files: readonly Files[];
};

const see = async (step: Step, walk: Walk): Promise<Seen> => {
  const began = performance.now();
  let error: string | undefined;
  try {
    await step.run(walk);
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  const now = performance.now();
  const { answers, violations, from = began } = walk.take();
  return { answers, violations, ms: now - from, ...(error !== undefined && { error }) };
};

/**
 * Walks once through a stack, over connections of its own.
 *
 * @param goOn asked after each step; with false the walk ends there
 */
export const walkOnce = async (
  stack: Ground,
  steps: readonly Step[],
  goOn: (step: Step, seen: Seen) => boolean = () => true,
): Promise<readonly Seen[]> => {
  const transport = makeTransport();
  try {
    const walk = makeWalk(stack, transport);
    const seen: Seen[] = [];
    for (const step of steps) {
      const one = await see(step, walk);
      seen.push(one);
      if (!goOn(step, one)) break;
    }
    return seen;
  } finally {
    await transport.close();
  }
};

/** The middle of some numbers; 0 of none. */
export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
};

/** Where two sightings of a step differ, or are wrong on either side even when they agree. */
export const differencesOf = (left: Seen, right: Seen): readonly Difference[] => [
  ...differ(left.answers, right.answers, 'answers'),
  ...(left.error !== undefined || right.error !== undefined
    ? [{ path: 'the step itself', left: left.error ?? 'done', right: right.error ?? 'done' }]
    : []),
  ...(left.violations.length > 0 || right.violations.length > 0
    ? [{ path: 'against the contract', left: left.violations, right: right.violations }]
    : []),
];

/**
 * Walks the journey through both stacks, once cold and `repeats` times warm, first one stack and then the other, so that
 * neither is measured while the other works. Every walk's answers are compared, not only the first's.
 *
 * @param onWalk told before each walk: which, and of how many
 */
export const runJourney = async (
  stacks: readonly [Stack, Stack],
  steps: readonly Step[],
  repeats: number,
  onWalk: (walk: number, of: number) => void,
): Promise<readonly StepResult[]> => {
  const walks: (readonly [readonly Seen[], readonly Seen[]])[] = [];
  for (let walk = 0; walk <= repeats; walk += 1) {
    onWalk(walk + 1, repeats + 1);
    walks.push([await walkOnce(stacks[0], steps), await walkOnce(stacks[1], steps)]);
  }
  return steps.map((step, index) => {
    const seen = walks.map(([left, right]) => [left[index], right[index]] as readonly [Seen, Seen]);
    const times = (side: 0 | 1): Times => {
      const [cold = 0, ...warm] = seen.map((pair) => pair[side].ms);
      return { cold, warm: median(warm) };
    };
    const differing = seen.find(([left, right]) => differencesOf(left, right).length > 0) ?? seen[0];
    const [left, right] = differing as readonly [Seen, Seen];
    return {
      step: { id: step.id, title: step.title, says: step.says },
      answers: { microservices: left.answers, serverless: right.answers },
      differences: differencesOf(left, right),
      times: { microservices: times(0), serverless: times(1) },
      files: step.useCases.map(filesOf),
    };
  });
};
