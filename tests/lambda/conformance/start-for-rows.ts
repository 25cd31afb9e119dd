import type { Runtime, RuntimeName, Scale } from '../support/runtime.ts';
import { startRuntime } from '../support/start-runtime.ts';

/** Times that ours is started with where nobody can wait for AWS's own. */
const SHORT: Partial<Scale> = {
  initLimitMs: 3_000,
  integrationTimeoutMs: 2_000,
  retryDelaysMs: [700, 1_400],
};

/** The same for a machine so slow that the ones above are over before a process has started. */
const SLOW: Partial<Scale> = {
  initLimitMs: 10_000,
  integrationTimeoutMs: 10_000,
  retryDelaysMs: [3_000, 6_000],
};

const SCALES = { full: {}, short: SHORT, 'slow machine': SLOW };

/** How the times of a runtime are chosen: AWS's own (`full`), or shorter ones. */
export type Times = 'full' | 'short' | 'slow machine';

/**
 * Starts a runtime with the functions, queues and buckets of the rows.
 *
 * @param times of ours; serverless-offline has its own
 */
export const startForRows = (name: RuntimeName, times: Times = 'short'): Promise<Runtime> =>
  startRuntime(name, { config: 'serverless.yml', cloud: true, scale: SCALES[times] });
