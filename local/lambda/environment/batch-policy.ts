import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const CHRT = ['/usr/bin/chrt', '/bin/chrt'];

const works = async (command: string): Promise<boolean> => {
  const child = spawn(command, ['-b', '0', '/bin/sh', '-c', ':'], { stdio: 'ignore' });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.once('error', () => resolve(false));
  child.once('exit', (code) => resolve(code === 0));
  return promise;
};

/**
 * What a command is put behind to run under Linux's batch policy (sched(7)): it has its full share of the processors, but does not
 * push what runs off a processor when it wakes up. Functions under this policy leave the runtime its turn, in which it answers
 * several callers at once: with 10 callers on two cores a sixth less time for a request (`npm run bench:lambda`).
 *
 * @returns nothing to put ahead where the system has no such policy, or no `chrt`
 */
export const findBatchPolicy = async (): Promise<readonly string[]> => {
  const command = CHRT.find((path) => existsSync(path));
  return command !== undefined && (await works(command)) ? [command, '-b', '0'] : [];
};
