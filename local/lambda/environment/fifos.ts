import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Two named pipes that have no names any more, open at both ends. What is `their` is to be closed here once the process has it. */
export type FifoPair = {
  /** To the process: ours never waits, and reads as well; theirs waits. */
  readonly to: number;
  readonly theirIn: number;
  /** From it: ours never waits, theirs does. */
  readonly from: number;
  readonly theirOut: number;
};

/** Pairs that are made ahead of their use. */
export type FifoStock = {
  /** Undefined where there is none: this system has none or cannot make them, or more were taken than are made yet. */
  readonly take: () => FifoPair | undefined;
  /** Makes no more. */
  readonly close: () => Promise<void>;
};

/** How many pipes are made at a time; half of them is the least that there should be. A process for each would delay a cold start. */
const BATCH = 256;

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** @returns whether all were made. Node throws some failures of a start and reports others */
const makeFifos = async (paths: readonly string[]): Promise<boolean> => {
  try {
    const child = spawn('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    const [code] = await once(child, 'close');
    return code === 0;
  } catch {
    return false;
  }
};

/** @throws Error when the system is out of descriptors, or the names are gone; nothing stays open then */
const openPair = (toPath: string, fromPath: string): FifoPair => {
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const fd = openSync(path, flags);
    opened.push(fd);
    return fd;
  };
  try {
    // In this order: to open one end waits for the other
    const pair = {
      to: open(toPath, O_RDWR | O_NONBLOCK),
      theirIn: open(toPath, O_RDONLY),
      from: open(fromPath, O_RDONLY | O_NONBLOCK),
      theirOut: open(fromPath, O_WRONLY),
    };
    for (const path of [toPath, fromPath]) unlinkSync(path);
    return pair;
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  }
};

/**
 * Node makes socket pairs, of which each end reads what the other wrote; only of a pipe can we take back what nobody has read. They also
 * take less: a tenth of a request's time (`npm run bench:lambda`). POSIX leaves open what a pipe does that is opened for both: Linux
 * says it.
 * Source: fifo(7).
 *
 * @param dir where they have their names for a moment
 * @param isSupported false: there are none
 */
export const makeFifoStock = async (
  dir: string,
  isSupported = process.platform === 'linux',
): Promise<FifoStock> => {
  if (!isSupported) return { take: () => undefined, close: async () => {} };
  const paths: string[] = [];
  let made = 0;
  let making: Promise<void> | undefined;
  /** For good once it could not be done: no cold start is to try it again. */
  let isOver = false;

  const make = async (): Promise<void> => {
    const names = Array.from({ length: BATCH }, (_, i) => join(dir, String(made + i)));
    made += BATCH;
    if (await makeFifos(names)) paths.push(...names);
    else isOver = true;
    making = undefined;
  };
  mkdirSync(dir, { recursive: true });
  await make();

  return {
    take: () => {
      const [to, from] = paths.splice(-2);
      if (paths.length < BATCH / 2 && !isOver) making ??= make();
      if (to === undefined || from === undefined) return undefined;
      try {
        return openPair(to, from);
      } catch {
        return undefined;
      }
    },
    close: async () => {
      isOver = true;
      await making;
    },
  };
};
