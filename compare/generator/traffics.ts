import { makeRequestsTraffic } from './requests-traffic.ts';
import type { Traffic } from './types.ts';

/** What the generator's process can be asked to send, by the `kind` of the job. The one place where a kind of traffic is entered. */
const TRAFFICS = {
  requests: makeRequestsTraffic,
} as const;

type Traffics = typeof TRAFFICS;

/** What describes traffic, as JSON. */
export type TrafficJob = { [Kind in keyof Traffics]: Parameters<Traffics[Kind]>[0] }[keyof Traffics];

/** Makes the traffic that a job describes. */
export const makeTraffic = (job: TrafficJob): Traffic => {
  // The kind decides which it is; that the two go together cannot be said in types.
  const make = TRAFFICS[job.kind] as (one: TrafficJob) => Traffic;
  return make(job);
};
