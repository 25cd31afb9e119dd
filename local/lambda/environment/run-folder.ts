import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { clearHome } from './cgroups.ts';
import { clearMarked } from './marked-processes.ts';
import { isAlive, killQuietly, startOf } from './proc.ts';

/** Only folders of control groups with such a name were made by us. */
const HOME = /^\/sys\/fs\/cgroup\/.*\/duet-lambda-\d+-\d+-[0-9a-f]+$/;

/** What one runtime leaves on the disk: the environments' /tmp, and what to clear away should it be killed. */
export type RunFolder = {
  readonly path: string;
  /** No other one has it, neither of this process nor of one that had its id before. */
  readonly name: string;
  readonly noteHome: (folder: string) => void;
  readonly noteProcess: (pid: number) => void;
  /** Where an environment's /tmp is to be. */
  readonly temporary: (id: string) => string;
  readonly removeTemporary: (id: string) => Promise<void>;
  readonly remove: () => Promise<void>;
};

const linesOf = (path: string): string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
};

/** Clears away what a runtime that was killed could not: its guardian usually has. */
const sweep = async (run: string): Promise<void> => {
  for (const line of linesOf(join(run, 'processes'))) {
    const [pid, start] = line.split(' ');
    // Only the very process that was started, never another one with its id
    if (pid && start && startOf(Number(pid)) === start) killQuietly(-Number(pid));
  }
  for (const home of linesOf(join(run, 'cgroups'))) if (HOME.test(home)) await clearHome(home);
  await clearMarked(basename(run));
  await rm(run, { recursive: true, force: true });
};

/**
 * Makes the folder of this process below `dir`, and removes those of processes that are no more, with whatever they
 * left running.
 *
 * @throws Error when it cannot be written to, or belongs to somebody else
 */
export const openRunFolder = async (dir: string): Promise<RunFolder> => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // What is noted in it gets killed: it must be our own note
  if (statSync(dir).uid !== process.getuid?.()) throw new Error(`${dir} belongs to another user`);
  for (const entry of readdirSync(dir)) {
    const [, pid, start] = /^duet-lambda-(\d+)-(\d+)-[0-9a-f]+$/.exec(entry) ?? [];
    if (!pid || !start || isAlive(Number(pid), start)) continue;
    // Another runtime, or a guardian, may be at it as well; what is left then is for the next start
    await sweep(join(dir, entry)).catch(() => {});
  }
  const own = `${process.pid}-${startOf(process.pid) ?? Date.now()}`;
  const name = `duet-lambda-${own}-${randomBytes(4).toString('hex')}`;
  const path = join(dir, name);
  mkdirSync(path, { recursive: true });
  return {
    path,
    name,
    noteHome: (folder) => appendFileSync(join(path, 'cgroups'), `${folder}\n`),
    noteProcess: (pid) => {
      try {
        appendFileSync(join(path, 'processes'), `${pid} ${startOf(pid) ?? ''}\n`);
      } catch {
        // A full disk: the guardian knows of it as well
      }
    },
    temporary: (id) => join(path, id),
    removeTemporary: (id) => rm(join(path, id), { recursive: true, force: true }),
    remove: () => rm(path, { recursive: true, force: true }),
  };
};
