import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import { makeServiceLog } from './log.ts';
import { makeRequestIds } from './request-ids.ts';
import type { Service, Tools } from './service.ts';

/**
 * Brings a service's store to the shape that this version needs, and ends: the job that runs before the replicas of a
 * new version start, in the environment of the service. Repeatable, also by several at once. Ends with exit code 0, or
 * with 1 and the reason in the log; what calls it decides whether to try again.
 */
export const runMigration = async (name: string, compose: (tools: Tools) => Service): Promise<void> => {
  const { LOG_LEVEL: level } = readConfig({ LOG_LEVEL: variables.LOG_LEVEL });
  const requestIds = makeRequestIds();
  const log = makeServiceLog({ service: `migrate-${name}`, level, requestIds });
  const service = compose({ log, requestIds });
  try {
    await service.prepare();
    log.info({}, 'the store is up to date');
  } catch (error) {
    log.error({ err: error }, 'the store was not brought up to date');
    process.exitCode = 1;
  } finally {
    await service.close();
    log.flush();
  }
};
