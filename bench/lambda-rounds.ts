import { Pool } from 'undici';
import type { LambdaRuntime } from './lambda-runtimes.ts';
import { type Figure, figureOf } from './statistics.ts';

/** How long one round takes, and how many there are of each runtime. */
export type LambdaLoad = { readonly callers: number; readonly rounds: number; readonly seconds: number };

/** What the rounds of a runtime came to: time of a request in µs of the clock, and p50 of what is added to the handler's own time in ms. */
export type LambdaCost = { readonly perRequest: Figure; readonly added: Figure; readonly requests: number };

/** The answer of the handler. */
type Answered = { readonly overlap: number; readonly ms: number };

const makeCaller = ({ name, url }: LambdaRuntime, callers: number) => {
  const pool = new Pool(url, { connections: callers });
  const request = async (): Promise<number> => {
    const from = performance.now();
    const reply = await pool.request({ method: 'GET', path: '/trivial' });
    const text = await reply.body.text();
    const took = performance.now() - from;
    if (reply.statusCode !== 200)
      throw new Error(`${name} answered ${reply.statusCode}: ${text.slice(0, 200)}`);
    const { overlap, ms } = JSON.parse(text) as Answered;
    if (overlap !== 1) throw new Error(`${name}: an environment held ${overlap} requests at the same time`);
    return took - ms;
  };
  /** Calls for so many seconds, and gives what each request took over the handler's own time, in ms. */
  const round = async (
    seconds: number,
  ): Promise<{ readonly added: readonly number[]; readonly tookMs: number }> => {
    const added: number[] = [];
    const from = performance.now();
    const end = from + seconds * 1_000;
    const caller = async (): Promise<void> => {
      while (performance.now() < end) added.push(await request());
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return { added, tookMs: performance.now() - from };
  };
  return { round, close: () => pool.close() };
};

/**
 * Calls runtimes in rounds that alternate between them, in turns of who begins, after a round that is not counted. A machine that slows
 * down slows both down.
 *
 * @throws Error when an answer is wrong, or an environment held two requests at once
 */
export const alternateRuntimes = async (
  runtimes: readonly LambdaRuntime[],
  { callers, rounds, seconds }: LambdaLoad,
): Promise<readonly LambdaCost[]> => {
  const all = runtimes.map((runtime) => ({
    ...makeCaller(runtime, callers),
    perRequest: [] as number[],
    added: [] as number[],
    requests: 0,
  }));
  try {
    for (const { round } of all) await round(seconds);
    for (let n = 0; n < rounds; n += 1) {
      for (const one of n % 2 === 0 ? all : all.toReversed()) {
        const { added, tookMs } = await one.round(seconds);
        one.requests += added.length;
        one.perRequest.push((tookMs * 1_000) / added.length);
        one.added.push(figureOf(added).median);
      }
    }
  } finally {
    await Promise.all(all.map(({ close }) => close()));
  }
  return all.map(({ perRequest, added, requests }) => ({
    perRequest: figureOf(perRequest),
    added: figureOf(added),
    requests,
  }));
};
