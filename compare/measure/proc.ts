import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** CPU time of the machine since it started, in s of one core. */
export type HostCpu = { readonly used: number; readonly steal: number };

/** Ticks of a second in /proc (USER_HZ). */
const TICKS = 100;

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};

/** The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal. Waiting for a disk is no use of a core. */
export const parseHostCpu = (text: string): HostCpu => {
  const [, ...ticks] = (text.split('\n', 1)[0] ?? '').split(/\s+/).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = ticks;
  return { used: (user + nice + system + irq + softirq) / TICKS, steal: steal / TICKS };
};

/** The machine's CPU time so far. Without /proc nobody tells of what a hypervisor took: 0. */
export const hostCpu = (): HostCpu => {
  const text = read('/proc/stat');
  if (text !== undefined) return parseHostCpu(text);
  const used = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return { used: used / 1_000, steal: 0 };
};

/** A process of the run itself at an instant: CPU time in s, memory in bytes. */
export type ProcessUse = { readonly cpuSeconds: number; readonly memoryBytes: number };

/** `ps` tells of no children that have ended. */
const psUse = (pid: number): ProcessUse | undefined => {
  try {
    const text = execFileSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], { encoding: 'utf8' });
    const [clock = '', kilobytes] = text.trim().split(/\s+/);
    const cpuSeconds = clock.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
    return { cpuSeconds, memoryBytes: Number(kilobytes) * 1024 };
  } catch {
    return undefined;
  }
};

const HAS_PROC = read('/proc/self/stat') !== undefined;

const fieldsOf = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

/**
 * What a process uses. Undefined when it has ended.
 *
 * @param withEnded with the CPU time of its children that have ended
 */
export const processUse = (pid: number, withEnded: boolean): ProcessUse | undefined => {
  if (!HAS_PROC) return psUse(pid);
  const stat = read(`/proc/${pid}/stat`);
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  if (stat === undefined) return undefined;
  const ticks = fieldsOf(stat)
    .slice(11, withEnded ? 15 : 13)
    .reduce((sum, field) => sum + Number(field), 0);
  return { cpuSeconds: ticks / TICKS, memoryBytes: Number(kilobytes ?? 0) * 1024 };
};

/**
 * When a process started, in ticks since the machine did: with its id it names it for good. Undefined when it is gone; without
 * /proc the same for every process that lives.
 */
export const startOf = (pid: number): string | undefined => {
  if (!HAS_PROC) return psUse(pid) && '0';
  const fields = fieldsOf(read(`/proc/${pid}/stat`) ?? '');
  return fields[0] === 'Z' ? undefined : fields[19];
};

const idsIn = (folder: string): readonly number[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
};

/** Ids of the processes whose program has one of these names. None without /proc. */
export const processesNamed = (names: ReadonlySet<string>): readonly number[] =>
  idsIn('/proc').filter((pid) => names.has((read(`/proc/${pid}/comm`) ?? '').trim()));

/** Ids of the processes that have a text among their arguments. */
export const processesWith = (text: string): readonly number[] => {
  if (HAS_PROC) return idsIn('/proc').filter((pid) => (read(`/proc/${pid}/cmdline`) ?? '').includes(text));
  const all = execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 1e8 });
  return all
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => Number.parseInt(line, 10));
};
