import type { Runtime, RuntimeName, Scale } from '../support/runtime.ts';
import { startRuntime } from '../support/start-runtime.ts';

/** Times that ours is started with where nobody can wait for AWS's own. */
const SHORT: Partial<Scale> = {
  initLimitMs: 3_000,
  integrationTimeoutMs: 2_000,
  retryDelaysMs: [700, 1_400],
};

/**
 * Starts a runtime with the functions, queues and buckets of the rows.
 *
 * @param isLong at AWS's own times, also ours
 */
export const startForRows = (name: RuntimeName, isLong = false): Promise<Runtime> =>
  startRuntime(name, { config: 'serverless.yml', cloud: true, ...(!isLong && { scale: SHORT }) });
