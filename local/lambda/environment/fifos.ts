import { spawn } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Both ends of a named pipe that has no name any more. */
export type Fifo = {
  /** Ours: reads and writes, and never waits. */
  readonly ours: number;
  /** The process's: reads, and waits. To be closed here once the process has it. */
  readonly theirs: number;
};

/** Named pipes that are made ahead of their use. */
export type FifoStock = {
  /** Undefined where there is none: this system has none, or more were taken than could be made. */
  readonly take: () => Fifo | undefined;
  /** Makes no more. */
  readonly close: () => Promise<void>;
};

/** How many are made at a time; half of them is the least that there should be. A process for each would delay a cold start. */
const BATCH = 128;

/**
 * Node makes socket pairs, of which each end reads what the other wrote; only of a pipe can we take back what nobody has read. POSIX
 * leaves open what a pipe does that is opened for both: Linux says it.
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
  let isClosed = false;

  const make = async (): Promise<void> => {
    const names = Array.from({ length: BATCH }, (_, i) => join(dir, String(made + i)));
    made += BATCH;
    const code = await new Promise((resolve) => {
      const child = spawn('mkfifo', ['-m', '600', ...names], { stdio: 'ignore' });
      child.once('error', resolve).once('close', resolve);
    });
    if (code === 0) paths.push(...names);
    making = undefined;
  };
  mkdirSync(dir, { recursive: true });
  await make();

  return {
    take: () => {
      const path = paths.pop();
      if (paths.length < BATCH / 2 && !isClosed) making ??= make();
      if (path === undefined) return undefined;
      let ours: number | undefined;
      try {
        ours = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
        const theirs = openSync(path, constants.O_RDONLY);
        unlinkSync(path);
        return { ours, theirs };
      } catch {
        // Out of descriptors, or the folder is gone
        if (ours !== undefined) closeSync(ours);
        return undefined;
      }
    },
    close: async () => {
      isClosed = true;
      await making;
    },
  };
};
