import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOf } from '../measure/proc.ts';
import { clearRoot, PROJECTS } from './clear-root.ts';
import type { Told } from './guardian.ts';

/** The folder of a run, with all that its targets keep between repetitions. */
export type DataRoot = {
  readonly path: string;
  /** Begins the name of every Compose project of this run. */
  readonly name: string;
  /** Notes a Compose project, before it is started: it will be removed, whatever becomes of this process. */
  readonly noteProject: (project: string) => void;
  /** A process group that must not outlive this process. @returns forgets it */
  readonly noteGroup: (pid: number) => () => void;
  /** Removes everything. Repeatable. */
  readonly close: () => Promise<void>;
};

const GUARDIAN = fileURLToPath(new URL('./guardian.ts', import.meta.url));
const NAME = /^duet-compare-(\d+)-(\d+)-[0-9a-f]+$/;

/** Folders of runs that are no more, of this user. */
const staleIn = (parent: string): readonly string[] =>
  readdirSync(parent).filter((entry) => {
    const [, pid, start] = NAME.exec(entry) ?? [];
    if (pid === undefined || startOf(Number(pid)) === start) return false;
    const own = process.getuid?.();
    return own === undefined || statSync(join(parent, entry), { throwIfNoEntry: false })?.uid === own;
  });

/**
 * Makes a folder for this process, with a guardian beside it that clears away everything should this process be killed. What
 * earlier runs have left, that were killed together with their guardian, is removed.
 *
 * @param parent where the folder is made: the system's folder for temporary files
 */
export const openDataRoot = async (
  say: (text: string) => void = () => {},
  parent: string = tmpdir(),
): Promise<DataRoot> => {
  for (const stale of staleIn(parent)) {
    await clearRoot(join(parent, stale)).catch((error: unknown) =>
      say(`What an earlier run has left in ${join(parent, stale)} stays: ${(error as Error).message}`),
    );
  }
  const name = `duet-compare-${process.pid}-${startOf(process.pid) ?? 0}-${randomBytes(3).toString('hex')}`;
  const path = join(parent, name);
  // A session of its own: no Ctrl-C reaches it. It holds neither our output nor our folder open.
  const guardian = spawn(process.execPath, [GUARDIAN], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await new Promise((resolve, reject) => guardian.once('spawn', resolve).once('error', reject));
  guardian.unref();
  guardian.channel?.unref();
  const ended = new Promise<void>((resolve) => guardian.once('exit', () => resolve()));
  const tell = (told: Told): void => {
    if (guardian.connected) guardian.send(told, () => {});
  };
  tell({ root: path });
  mkdirSync(path, { mode: 0o700 });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await clearRoot(path);
    guardian.ref();
    tell({ done: true });
    await ended;
  };
  return {
    path,
    name,
    noteProject: (project) => appendFileSync(join(path, PROJECTS), `${project}\n`),
    noteGroup: (pid) => {
      tell({ add: pid });
      return () => tell({ remove: pid });
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};
