import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process at an instant. Times in s, memory in bytes. */
export type ProcessRow = {
  readonly pid: number;
  readonly parent: number;
  /** User and system time of all its threads since its start. */
  readonly cpuSeconds: number;
  /** The same of the children that have ended and that it has waited for, with theirs. 0 where only `ps` can be asked. */
  readonly endedSeconds: number;
  readonly residentBytes: number;
  /** The part of it that other processes may have as well: mapped files and shared memory. 0 where only `ps` can be asked. */
  readonly sharedBytes: number;
  /** Its arguments, joined with spaces. */
  readonly command: string;
};

/** Reads the processes below one: itself first, and every process after its parent. */
export type ProcessTable = (root: number) => readonly ProcessRow[];

/** Ticks of a second in /proc/PID/stat: 100 on every Linux that Node runs on (USER_HZ). */
const TICKS = 100;

/** What a line of /proc/PID/stat tells; the name in it may hold spaces and brackets. Undefined for what is no such line. */
export const parseStat = (
  stat: string,
): (Pick<ProcessRow, 'parent' | 'cpuSeconds' | 'endedSeconds'> & { readonly start: string }) | undefined => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, utime, stime, cutime, cstime] = [1, 11, 12, 13, 14].map((i) => Number(fields[i]));
  const start = fields[19];
  if (parent === undefined || start === undefined || Number.isNaN(parent)) return undefined;
  return {
    parent,
    cpuSeconds: ((utime ?? 0) + (stime ?? 0)) / TICKS,
    endedSeconds: ((cutime ?? 0) + (cstime ?? 0)) / TICKS,
    start,
  };
};

/** Orders processes so that each comes after its parent, and leaves out what is not below the root. */
export const below = <T extends { readonly pid: number; readonly parent: number }>(
  root: number,
  rows: readonly T[],
): readonly T[] => {
  const children = Map.groupBy(rows, ({ parent }) => parent);
  const own = rows.find(({ pid }) => pid === root);
  const found: T[] = own ? [own] : [];
  for (const row of found) found.push(...(children.get(row.pid) ?? []));
  return found;
};

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};

/** Bytes of a page of memory, in which /proc/PID/statm counts. */
const pageBytes = (): number => {
  try {
    return Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })) || 4096;
  } catch {
    return 4096;
  }
};

/** How many looks at the table it takes until processes that are none of ours are looked at again. */
const FOREIGN_LOOKS = 10;

/**
 * The table of /proc. What was seen to be outside of the tree is not read again at every look: no process gets into a tree
 * later, and an id is hardly used again within seconds.
 */
const makeProcTable = (): ProcessTable => {
  let foreign = new Set<string>();
  let looks = 0;
  const page = pageBytes();
  const commands = new Map<string, { readonly text: string; readonly looks: number }>();

  /** A process is looked at twice: between fork and exec it has its parent's arguments. */
  const commandOf = (pid: number, start: string): string => {
    const id = `${pid}-${start}`;
    const known = commands.get(id);
    if (known && known.looks > 1) return known.text;
    const text = (read(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
    commands.set(id, { text, looks: (known?.looks ?? 0) + 1 });
    return text;
  };
  const memoryOf = (pid: number): Pick<ProcessRow, 'residentBytes' | 'sharedBytes'> => {
    const [, resident = 0, shared = 0] = (read(`/proc/${pid}/statm`) ?? '').split(' ').map(Number);
    return { residentBytes: resident * page, sharedBytes: shared * page };
  };

  return (root) => {
    looks += 1;
    if (looks % FOREIGN_LOOKS === 0) foreign = new Set();
    const names = readdirSync('/proc').filter((name) => /^\d/.test(name));
    const rows = names.flatMap((name) => {
      if (foreign.has(name)) return [];
      const stat = parseStat(read(`/proc/${name}/stat`) ?? '');
      return stat ? [{ pid: Number(name), ...stat }] : [];
    });
    const own = below(root, rows);
    const ours = new Set(own.map(({ pid }) => String(pid)));
    foreign = new Set(names.filter((name) => !ours.has(name)));
    const alive = new Set(own.map(({ pid, start }) => `${pid}-${start}`));
    for (const id of commands.keys()) if (!alive.has(id)) commands.delete(id);
    // Parents are read again, and before their children: who ends in between is missing for one look, and never counted twice.
    return own.flatMap(({ pid, start }) => {
      const stat = parseStat(read(`/proc/${pid}/stat`) ?? '');
      if (stat?.start !== start) return [];
      const { parent, cpuSeconds, endedSeconds } = stat;
      return [{ pid, parent, cpuSeconds, endedSeconds, ...memoryOf(pid), command: commandOf(pid, start) }];
    });
  };
};

/** Seconds of `ps`: `[[days-]hours:]minutes:seconds`, with a part of a second on macOS. */
export const parsePsTime = (text: string): number => {
  const [, days = '0', clock = '0'] = /^(?:(\d+)-)?(.*)$/.exec(text) ?? [];
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
};

/** The lines of `ps -axo pid=,ppid=,time=,rss=,command=`, rss in KB. */
export const parsePs = (text: string): readonly ProcessRow[] =>
  text.split('\n').flatMap((line) => {
    const [, pid, parent, time, kilobytes, command] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined || time === undefined) return [];
    const memory = { residentBytes: Number(kilobytes) * 1024, sharedBytes: 0 };
    const cpu = { cpuSeconds: parsePsTime(time), endedSeconds: 0 };
    return [{ pid: Number(pid), parent: Number(parent), ...cpu, ...memory, command }];
  });

const psTable: ProcessTable = (root) => {
  const args = ['-axo', 'pid=,ppid=,time=,rss=,command='];
  return below(root, parsePs(execFileSync('ps', args, { encoding: 'utf8', maxBuffer: 1e8 })));
};

/** The system's table of processes: /proc on Linux; elsewhere `ps`, which loses the CPU time of processes that have ended. */
export const makeProcessTable = (): ProcessTable =>
  read('/proc/self/stat') === undefined ? psTable : makeProcTable();
