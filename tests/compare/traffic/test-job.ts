import type { Prepared, ShopJob } from '../../../compare/traffic/job.ts';
import type { Schedule } from '../../../compare/traffic/plan-sessions.ts';
import { readMix } from '../../../compare/traffic/read-mix.ts';
import { FAKE_URLS } from './fake-shop.ts';

/** Sessions at equal areas under the rate, to the ms: a schedule without chance. */
export const evenSchedule: Schedule = ({ rateAt, durationSeconds }) => {
  const moments: number[] = [];
  let area = 0;
  for (let ms = 0; ms < durationSeconds * 1_000; ms += 1) {
    area += rateAt(ms / 1_000) / 1_000;
    while (area > moments.length + 0.5) moments.push(ms);
  }
  return Float64Array.from(moments);
};

/** A job on the fake shop, of everything that there is to do. */
export const jobOf = (prepared: Prepared, change: Partial<ShopJob> = {}): ShopJob => ({
  kind: 'shop',
  arrivals: 'constant',
  urls: FAKE_URLS,
  prepared,
  mix: readMix('shop'),
  shape: 'steady',
  rate: 100,
  durationSeconds: 10,
  warmUpSeconds: 3,
  seed: 7,
  ...change,
});
