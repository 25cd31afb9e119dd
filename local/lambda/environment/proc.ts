import { readFileSync } from 'node:fs';

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};

const field = (text: string | undefined, name: string): number | undefined => {
  const found = text && new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
  return found ? Number(found) : undefined;
};

/** Whether the system has a /proc to ask: Linux has, macOS has not. */
export const HAS_PROC = read('/proc/self/stat') !== undefined;

/**
 * When a process started, in clock ticks since the machine did: with its id it names a process for good.
 *
 * @returns undefined when there is no such process, or no /proc; one that has ended and was not waited for yet is none
 */
export const startOf = (pid: number): string | undefined => {
  const stat = read(`/proc/${pid}/stat`);
  // The name before it may hold anything, brackets too. Fields 3 and 22 of the whole line.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
};

/** The most physical memory that a process ever had, in KB. 40 us; undefined when it is gone. */
export const peakKb = (pid: number): number | undefined => field(read(`/proc/${pid}/status`), 'VmHWM');

/** What it has now, in KB. */
export const residentKb = (pid: number): number | undefined => field(read(`/proc/${pid}/status`), 'VmRSS');

/** Whether this very process lives. Without /proc: whether any process has its id. */
export const isAlive = (pid: number, start: string): boolean => {
  if (HAS_PROC) return startOf(pid) === start;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** SIGKILL; a process that is gone already is as good. Negative: a process group. */
export const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone, or never ours
  }
};
