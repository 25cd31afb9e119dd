import { type Arrivals, makeSchedule } from './schedule.ts';
import type { Traffic } from './types.ts';

/** The same GET again and again: to measure the generator itself, or one route of anything. */
export type RequestsJob = {
  readonly kind: 'requests';
  readonly url: string;
  readonly arrivals: Arrivals;
  /** Per second. */
  readonly rate: number;
  /** Warm-up included. */
  readonly durationSeconds: number;
  readonly seed: number;
  /** The first request is so many ms after the engine's start: 0 unless given. */
  readonly startAtMs?: number;
};

/** Makes the traffic of such a job. */
export const makeRequestsTraffic = (job: RequestsJob): Traffic => {
  const { url, arrivals, rate, durationSeconds, seed, startAtMs = 0 } = job;
  const moments = makeSchedule({ arrivals, rateAt: () => rate, durationSeconds, seed });
  const expected = [200];
  return ({ at, send }) =>
    new Promise((resolve) => {
      let left = moments.length;
      if (left === 0) resolve();
      for (const moment of moments) {
        const intendedAt = startAtMs + moment;
        at(intendedAt, () => {
          void send({ operation: 'get', method: 'GET', url, intendedAt, expected }).then(() => {
            left -= 1;
            if (left === 0) resolve();
          });
        });
      }
    });
};
