import { type Caller, openCaller } from './lambda-caller.ts';
import type { LambdaRuntime } from './lambda-runtimes.ts';
import { type Figure, figureOf } from './statistics.ts';

/** How many rounds there are of each runtime, and how long one takes, after a warm-up that is not counted. */
export type LambdaLoad = {
  readonly callers: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
};

/** What the rounds of a runtime came to: time of a request in µs of the clock, and p50 of what is added to the handler's own time in ms. */
export type LambdaCost = { readonly perRequest: Figure; readonly added: Figure; readonly requests: number };

/** The answer of the handler. */
type Answered = { readonly overlap: number; readonly ms: number };

/** What the callers of a round came to: what each request took over the handler's own time, in ms. */
type Round = { readonly added: readonly number[]; readonly tookMs: number };

/** Without a promise for each request: the callers take the runtime's processors. */
const openCallers = async ({ name, url }: LambdaRuntime, count: number) => {
  let failed: (error: Error) => void = () => {};
  const opening = Array.from({ length: count }, () => openCaller(url, '/trivial', (error) => failed(error)));
  const callers = await Promise.all(opening);
  const round = (seconds: number): Promise<Round> =>
    new Promise((resolve, reject) => {
      failed = reject;
      const added: number[] = [];
      const from = performance.now();
      const end = from + seconds * 1_000;
      let left = callers.length;
      const callOn = (caller: Caller, sentAt: number): void =>
        caller.call((body) => {
          const now = performance.now();
          const { overlap, ms } = JSON.parse(body) as Answered;
          if (overlap !== 1)
            return reject(new Error(`${name}: an environment held ${overlap} requests at the same time`));
          added.push(now - sentAt - ms);
          if (now < end) return callOn(caller, now);
          left -= 1;
          if (left === 0) resolve({ added, tookMs: now - from });
        });
      for (const caller of callers) callOn(caller, performance.now());
    });
  const close = (): void => {
    for (const caller of callers) caller.close();
  };
  return { round, close };
};

/**
 * Calls runtimes in rounds that alternate between them, in turns of who begins, after a warm-up that is not counted. A machine that slows
 * down slows both down.
 *
 * @throws Error when an answer is wrong, or an environment held two requests at once
 */
export const alternateRuntimes = async (
  runtimes: readonly LambdaRuntime[],
  { callers, rounds, seconds, warmUpSeconds }: LambdaLoad,
): Promise<readonly LambdaCost[]> => {
  const opened = await Promise.all(runtimes.map((runtime) => openCallers(runtime, callers)));
  const all = opened.map((one) => ({
    ...one,
    perRequest: [] as number[],
    added: [] as number[],
    requests: 0,
  }));
  try {
    for (const { round } of all) await round(warmUpSeconds);
    for (let n = 0; n < rounds; n += 1) {
      for (const one of n % 2 === 0 ? all : all.toReversed()) {
        const { added, tookMs } = await one.round(seconds);
        one.requests += added.length;
        one.perRequest.push((tookMs * 1_000) / added.length);
        one.added.push(figureOf(added).median);
      }
    }
  } finally {
    for (const { close } of all) close();
  }
  return all.map(({ perRequest, added, requests }) => ({
    perRequest: figureOf(perRequest),
    added: figureOf(added),
    requests,
  }));
};
