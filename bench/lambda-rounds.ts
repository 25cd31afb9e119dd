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

const openCallers = async ({ name, url }: LambdaRuntime, count: number) => {
  const callers = await Promise.all(Array.from({ length: count }, () => openCaller(url)));
  const request = async ({ get }: Caller): Promise<number> => {
    const from = performance.now();
    const text = await get('/trivial');
    const took = performance.now() - from;
    const { overlap, ms } = JSON.parse(text) as Answered;
    if (overlap !== 1) throw new Error(`${name}: an environment held ${overlap} requests at the same time`);
    return took - ms;
  };
  /** Calls for so many seconds, and gives what each request took over the handler's own time, in ms. */
  const round = async (seconds: number) => {
    const added: number[] = [];
    const from = performance.now();
    const end = from + seconds * 1_000;
    const callOn = async (caller: Caller): Promise<void> => {
      while (performance.now() < end) added.push(await request(caller));
    };
    await Promise.all(callers.map(callOn));
    return { added, tookMs: performance.now() - from };
  };
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
