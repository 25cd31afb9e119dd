import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { killQuietly } from './proc.ts';

const hasVariable = (pid: string, mark: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
  } catch {
    // Gone, or another user's
    return false;
  }
};

/**
 * Kills every process with this text among the variables that it was started with. Without control groups that is how a process is
 * found which left its process group, as a daemon does: who starts a process hands its variables on, and those of an
 * environment name it. Who wants to be missed has to take them away. About 20 us for each process of the machine.
 *
 * @returns how many there were; none without a /proc
 */
export const killMarked = (mark: string): number => {
  let pids: string[] = [];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && hasVariable(name, mark));
  } catch {
    // No /proc
  }
  for (const pid of pids) killQuietly(Number(pid));
  return pids.length;
};

/** Kills until there are none, for one that is being killed may start another. Gives up after 2 s. */
export const clearMarked = async (mark: string): Promise<void> => {
  for (const deadline = Date.now() + 2_000; killMarked(mark) > 0 && Date.now() < deadline; ) await pause(5);
};
