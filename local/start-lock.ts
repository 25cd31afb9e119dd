import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Store } from '../shared/kernel/config.ts';
import { identityOf } from './postgres/processes.ts';

const Urls = z.object({ auth: z.url(), inventory: z.url(), orders: z.url() });

/** A running stack: where it answers, and what an operator's commands need. */
export const RunningStack = z.object({
  store: Store,
  urls: Urls,
  /** Variables with which an operator's command reaches the stack's store; they hold passwords of this machine only. */
  env: z.record(z.string(), z.string()),
  seeded: z.boolean(),
});
export type RunningStack = z.output<typeof RunningStack>;

/** What runs on a data directory, written to `running.json` there while it runs. */
export const Running = z.object({
  pid: z.int(),
  /** The process id with its start time: no later process shares it. */
  identity: z.string(),
  stacks: z.object({ microservices: RunningStack.optional(), serverless: RunningStack.optional() }),
});
export type Running = z.output<typeof Running>;

const FILE = 'running.json';

/** Least free space for a start, in bytes: a database's files and log, and photos. */
const NEEDED_BYTES = 300 * 1024 * 1024;

/** A start that cannot be: its message says why, and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const readAlive = (file: string): Running | undefined => {
  try {
    const running = Running.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!running.success) return undefined;
    return identityOf(running.data.pid) === running.data.identity ? running.data : undefined;
  } catch {
    return undefined;
  }
};

/** What runs on this data directory; undefined when nothing does (a file left by a killed starter counts as nothing). */
export const readRunning = (data: string): Running | undefined => readAlive(join(data, FILE));

/** The hold of one starter on a data directory. */
export type Lock = {
  /** Writes what runs now. */
  readonly update: (stacks: Running['stacks']) => void;
  readonly release: () => void;
};

const requireSpace = (data: string): void => {
  const { bavail, bsize } = statfsSync(data);
  if (bavail * bsize >= NEEDED_BYTES) return;
  const free = Math.floor((bavail * bsize) / 1024 / 1024);
  throw new StartError(
    `There are ${free} MB free for ${data}; at least ${NEEDED_BYTES / 1024 / 1024} MB are needed. Make room, or choose another place with --data DIR.`,
  );
};

/** Puts a dead starter's file out of the way; a live one's, that came in between, is put back. */
const clearStale = (file: string): void => {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    if (readAlive(aside)) linkSync(aside, file);
  } catch (error) {
    // Another starter was faster; the next look at the file tells.
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  rmSync(aside, { force: true });
};

/**
 * Takes the data directory for this process: one starter at a time.
 *
 * @param data the directory, made when it is missing
 * @throws StartError when another starter has it, or the disk is nearly full
 */
export const takeLock = (data: string): Lock => {
  mkdirSync(data, { recursive: true });
  requireSpace(data);
  const file = join(data, FILE);
  const identity = identityOf(process.pid) ?? String(process.pid);
  const textOf = (stacks: Running['stacks']): string =>
    `${JSON.stringify({ pid: process.pid, identity, stacks } satisfies Running, null, 2)}\n`;
  const part = `${file}.${process.pid}`;
  // A hard link appears whole and only where there is none: of two starters one gets it.
  const take = (): boolean => {
    writeFileSync(part, textOf({}), { mode: 0o600 });
    try {
      linkSync(part, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(part, { force: true });
    }
  };
  while (!take()) {
    const running = readRunning(data);
    if (running) {
      throw new StartError(
        `Duet runs already on ${data} (process ${running.pid}). Stop it with Ctrl-C there, or start on other data: npm start -- --data DIR --free-ports`,
      );
    }
    clearStale(file);
  }
  return {
    update: (stacks) => {
      writeFileSync(part, textOf(stacks), { mode: 0o600 });
      renameSync(part, file);
    },
    release: () => rmSync(file, { force: true }),
  };
};
