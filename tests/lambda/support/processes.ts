import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc shows it. */
export type Seen = { readonly pid: number; readonly command: string };

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended meanwhile, or is somebody else's
    return '';
  }
};

/**
 * Every live process that has `marker` in its environment: whatever a runtime started was given it, whoever its parent is by now.
 * Linux alone shows that.
 *
 * @param marker `NAME=value`
 */
export const processesWith = (marker: string): readonly Seen[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(marker))
    .filter((pid) => !/^\d+ \(.*\) Z/s.test(read(`/proc/${pid}/stat`)))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }));
