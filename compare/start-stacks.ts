import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Side, UsageError } from './options.ts';
import { readRunning } from './running.ts';

const START = fileURLToPath(new URL('../local/start.ts', import.meta.url));
const LIMIT_MS = 90_000;

/** Stacks that were started for a comparison: their data directory, which `stop` removes. */
export type Started = { readonly data: string; readonly stop: () => Promise<void> };

/**
 * Starts stacks with `local/start.ts` in a process of its own, on temporary data and free ports, with an empty catalogue: so
 * the first time that a step runs is the first time after the start.
 *
 * @throws UsageError with what the start said
 */
export const startStacks = async (sides: readonly Side[], say: (text: string) => void): Promise<Started> => {
  say(`Nothing runs here: starting ${sides.join(' and ')} on temporary data.`);
  const data = mkdtempSync(join(tmpdir(), 'duet-compare-'));
  const one = sides.length === 1 ? sides : [];
  const child = spawn(process.execPath, [START, ...one, '--data', data, '--free-ports', '--no-seed'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
    });
  }
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (!isOver()) child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  const isReady = (): boolean => sides.every((side) => readRunning(data)?.stacks[side]?.seeded);
  for (const end = Date.now() + LIMIT_MS; !isReady(); await sleep(50)) {
    if (!isOver() && Date.now() < end) continue;
    await stop();
    throw new UsageError(`The stacks did not start.\n${said.trim()}`);
  }
  return { data, stop };
};
