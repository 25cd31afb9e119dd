import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPart } from '../../local/stacks-process.ts';
import { environment } from '../../shared/kernel/config.ts';
import type { Side } from '../options.ts';
import { readRunning } from '../running.ts';

const START = fileURLToPath(new URL('../../local/start.ts', import.meta.url));

/** Longest wait until the stacks are ready, in ms: at the first start of all, the functions are built. */
const LIMIT_MS = 90_000;

/** A start on a data directory. */
export type LocalStart = {
  /** Ends when this process does, even by kill -9. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts stacks with `local/start.ts` in a process of its own, on free ports and with an empty catalogue.
 *
 * @param data the data directory: what it holds of an earlier start is used again
 * @param options more options of `local/start.ts`
 * @throws Error with what the start said; nothing of it runs then
 */
export const startLocal = async (
  sides: readonly Side[],
  data: string,
  options: readonly string[] = [],
): Promise<LocalStart> => {
  const one = sides.length === 1 ? sides : [];
  const part = startPart({
    name: 'the start',
    args: [START, ...one, '--data', data, '--free-ports', '--no-seed', ...options],
    env: environment(),
    logFile: join(data, 'logs', 'start.log'),
  });
  let report: string | undefined;
  void part.ended.then((text) => {
    report = text;
  });
  const isReady = (): boolean => sides.every((side) => readRunning(data)?.stacks[side]?.seeded);
  for (const end = Date.now() + LIMIT_MS; !isReady(); await sleep(25)) {
    if (report === undefined && Date.now() < end) continue;
    await part.stop();
    throw new Error(
      `${sides.join(' and ')} did not start. ${report ?? `It was not ready after ${LIMIT_MS / 1_000} s.`}`,
    );
  }
  return { stop: part.stop };
};
