import * as z from 'zod';
import { ask } from './ask.ts';

const FunctionSecond = z.object({
  second: z.int(),
  concurrent: z.int(),
  coldStarts: z.int(),
  throttles: z.int(),
  errors: z.int(),
  invocations: z.int(),
  billedGbSeconds: z.number(),
});
const Functions = z.object({ functions: z.array(z.object({ environments: z.int(), busy: z.int() })) });

/** What the Lambda runtime did in a whole second, over all functions. */
export type LambdaSecond = Omit<z.output<typeof FunctionSecond>, 'concurrent'> & {
  /** The most invocations that ran at once, of each function, added up: as many environments were busy, at most. */
  readonly busy: number;
};

/** What is told of the Lambda runtime: the seconds that are over since the last time, and the environments at this instant. */
export type LambdaRecord = {
  readonly environments: number;
  readonly busy: number;
  readonly seconds: readonly LambdaSecond[];
};

/** Sums the lines of /metrics.jsonl up by second, a second without a line being one of zeros. `from` and `until` since 1970. */
export const secondsOf = (lines: string, from: number, until: number): readonly LambdaSecond[] => {
  const parsed = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => FunctionSecond.parse(JSON.parse(line)));
  const bySecond = Map.groupBy(parsed, ({ second }) => second);
  return Array.from({ length: Math.max(0, until - from) }, (_, i) => {
    const own = bySecond.get(from + i) ?? [];
    const sum = (pick: (one: (typeof own)[number]) => number): number =>
      own.reduce((total, one) => total + pick(one), 0);
    return {
      second: from + i,
      busy: sum(({ concurrent }) => concurrent),
      invocations: sum(({ invocations }) => invocations),
      coldStarts: sum(({ coldStarts }) => coldStarts),
      throttles: sum(({ throttles }) => throttles),
      errors: sum(({ errors }) => errors),
      billedGbSeconds: sum(({ billedGbSeconds }) => billedGbSeconds),
    };
  });
};

/** How far back the first look and a look after a gap go, in s. */
const MOST_SECONDS = 60;

/**
 * Asks the Lambda runtime's control port. Every second is told once, when it is over.
 *
 * @param since the first second that is told, since 1970
 * @param now ms since 1970
 */
export const makeLambdaRecord = (control: string, since: number, now: () => number = Date.now) => {
  let next = since;
  return async (): Promise<LambdaRecord | undefined> => {
    const until = Math.floor(now() / 1_000);
    const from = Math.max(next, until - MOST_SECONDS);
    // The runtime counts back from its own second: one more, should that turn meanwhile.
    const minutes = (until - from + 2) / 60;
    const [lines, functions] = await Promise.all([
      ask(`${control}/metrics.jsonl?minutes=${minutes}`),
      ask(`${control}/functions`),
    ]);
    if (lines === undefined || functions === undefined) return undefined;
    next = until;
    const rows = Functions.parse(JSON.parse(functions)).functions;
    return {
      environments: rows.reduce((sum, { environments }) => sum + environments, 0),
      busy: rows.reduce((sum, { busy }) => sum + busy, 0),
      seconds: secondsOf(lines, from, until),
    };
  };
};
