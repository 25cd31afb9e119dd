import { spawnSync } from 'node:child_process';

/**
 * Puts this process under Linux's batch policy, where there is a `chrt`: it does not push what it calls off its processor with
 * every answer that arrives, as callers on a machine of their own would not. Call it after everything has been started: whoever is
 * started later would be under it too.
 */
export const yieldProcessor = (): void => {
  spawnSync('chrt', ['-a', '-b', '-p', '0', String(process.pid)], { stdio: 'ignore' });
};
