import type { ShopJob } from '../traffic/job.ts';
import { makeShopTraffic } from '../traffic/shop-traffic.ts';
import { makeRequestsTraffic, type RequestsJob } from './requests-traffic.ts';
import { makeSchedule } from './schedule.ts';
import type { Traffic } from './types.ts';

/** Traffic, and what it leaves when it is over, as JSON: a shop's ledger. */
export type JobTraffic = { readonly traffic: Traffic; readonly left?: () => unknown };

type ShopTrafficJob = ShopJob & { readonly kind: 'shop' };

/** What the generator's process can be asked to send, by the `kind` of the job. The one place where a kind of traffic is entered. */
const TRAFFICS = {
  requests: (job: RequestsJob): JobTraffic => ({ traffic: makeRequestsTraffic(job) }),
  shop: (job: ShopTrafficJob): JobTraffic => {
    const { traffic, ledger } = makeShopTraffic(job, makeSchedule);
    return { traffic, left: ledger };
  },
} as const;

type Traffics = typeof TRAFFICS;

/** What describes traffic, as JSON. */
export type TrafficJob = { [Kind in keyof Traffics]: Parameters<Traffics[Kind]>[0] }[keyof Traffics];

/** Makes the traffic that a job describes. */
export const makeTraffic = (job: TrafficJob): JobTraffic => {
  // The kind decides which it is; that the two go together cannot be said in types.
  const make = TRAFFICS[job.kind] as (one: TrafficJob) => JobTraffic;
  return make(job);
};
