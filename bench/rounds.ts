import type { Measured } from './measured-process.ts';
import { type Figure, figureOf } from './statistics.ts';

/** One contender: the process that serves, and one request to it. A failed request must reject. */
export type Contender = { readonly process: Measured; readonly request: (number: number) => Promise<void> };

/** Requests under way at the same time: enough that the serving process is never idle, as in a busy service. */
const AT_ONCE = 8;

/** How much is sent: rounds of so many requests, `atOnce` at the same time (8), after a warm-up that is not counted. */
export type Load = {
  readonly rounds: number;
  readonly requests: number;
  readonly warmUp: number;
  readonly atOnce?: number;
};

const fire = async (contender: Contender, requests: number, first: number, atOnce: number): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let number = next++; number < requests; number = next++) await contender.request(first + number);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

/**
 * CPU per request of each contender in microseconds: rounds that alternate between them, in turns of who begins, after a warm-up
 * that is not counted. A machine that slows down slows all of them down.
 */
export const alternate = async (
  contenders: readonly Contender[],
  { rounds, requests, warmUp, atOnce = AT_ONCE }: Load,
): Promise<readonly Figure[]> => {
  let number = 0;
  const costs = contenders.map((): number[] => []);
  for (const contender of contenders) {
    await fire(contender, warmUp, number, atOnce);
    number += warmUp;
  }
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? [...contenders.keys()] : [...contenders.keys()].reverse();
    for (const index of order) {
      const contender = contenders[index] as Contender;
      const before = await contender.process.cpu();
      await fire(contender, requests, number, atOnce);
      number += requests;
      costs[index]?.push(((await contender.process.cpu()) - before) / requests);
    }
  }
  return costs.map(figureOf);
};
