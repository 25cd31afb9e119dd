import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** What can be told about a running process. A field is undefined where the system does not let us see it. */
export interface ProcessFacts {
  /** Arguments joined with spaces, empty for a process that has ended but was not reaped yet. */
  readonly command: string | undefined;
  /** Working directory (Linux only). */
  readonly cwd: string | undefined;
}

/** The facts of a process, or undefined when there is none of that id. */
export function factsOf(pid: number): ProcessFacts | undefined {
  if (!isAlive(pid)) return undefined;
  return { command: commandOf(pid), cwd: attempt(() => readlinkSync(`/proc/${pid}/cwd`)) };
}

/** Whether a process of that id exists (EPERM: it does, and is somebody else's). A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statOf(pid)?.state !== 'Z';
}

/**
 * A name for one process that no later process shares: ids are used again, an id with its start time is not.
 * Linux reads /proc; elsewhere `ps` gives the start time to the second. Undefined when the process is gone.
 */
export function identityOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  const started = statOf(pid)?.started ?? ps(pid, 'lstart')?.replaceAll(/\W+/g, '');
  return started === undefined || started === '' ? undefined : `${pid}-${started}`;
}

function commandOf(pid: number): string | undefined {
  const linux = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  return linux === undefined ? ps(pid, 'command') : linux.replaceAll('\0', ' ').trim();
}

/** Fields 3 and 22 of /proc/PID/stat (proc_pid_stat(5)); the name, field 2, may itself hold spaces and brackets. */
function statOf(pid: number): { state: string; started: string } | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields?.[0], fields?.[19]];
  return state === undefined || started === undefined ? undefined : { state, started };
}

function ps(pid: number, column: string): string | undefined {
  return attempt(() =>
    execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim(),
  );
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
