import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Runtime } from '../support/runtime.ts';
import { startRuntime } from '../support/start-runtime.ts';
import { type Behaviour, differenceOf } from './behaviours.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));

/** A pace: how many callers at once, each with a function of its own (of which there are eight), and the functions' timeout in s. */
type Pace = { readonly callers: number; readonly timeout: number };
export const QUICK: Pace = { callers: 8, timeout: 2 };
/** For a machine on which eight processes at once take seconds for what is done in no time. */
export const SLOW: Pace = { callers: 2, timeout: 20 };

/** What came of it. `differences` are the answers that AWS would not give, a line each. */
export type HostileResult = {
  readonly differences: readonly string[];
  /** How often the well-behaved function answered meanwhile, its wrong answers, and its slowest one in ms. */
  readonly good: { readonly answers: number; readonly wrong: readonly string[]; readonly slowestMs: number };
  /** Whether the runtime's process lives on. */
  readonly isUp: boolean;
};

/** Starts our runtime on a copy of the hostile functions, which delete their own files. */
export const startHostile = async (
  env: Readonly<Record<string, string>> = {},
  { timeout } = QUICK,
): Promise<Runtime> => {
  const dir = mkdtempSync(join(tmpdir(), 'duet-hostile-'));
  cpSync(FIXTURES, dir, { recursive: true });
  const config = join(dir, 'serverless.yml');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^ {2}timeout: \d+/m, `  timeout: ${timeout}`));
  const runtime = await startRuntime('ours', { config: 'serverless.yml', dir, env });
  return {
    ...runtime,
    stop: async () => {
      await runtime.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Gives every behaviour to a function, some at a time, while a well-behaved function is called all along. */
export const runHostile = async (
  runtime: Runtime,
  list: readonly Behaviour[],
  { callers } = QUICK,
): Promise<HostileResult> => {
  const differences: string[] = [];
  let next = 0;

  const callOne = async (caller: number, { event, expected, small, spoils }: Behaviour): Promise<void> => {
    const key = `${small ? 'small' : 'hostile'}${caller}`;
    try {
      const answer = await runtime.invoke(key, event, { timeoutMs: 60_000 });
      const difference =
        answer.status === 200
          ? differenceOf(expected, answer.functionError, answer.text)
          : `status ${answer.status} ${answer.text.slice(0, 200)}`;
      if (difference !== undefined) differences.push(`${JSON.stringify(event)}: ${difference}`);
    } catch (error) {
      differences.push(`${JSON.stringify(event)}: no answer: ${String(error)}`);
    }
    // Its process is done with: the next behaviour shall meet a new one. What it patched cannot stop an abort
    if (spoils) await runtime.invoke(key, { kind: 'abort' }, { timeoutMs: 60_000 });
  };

  const caller = async (number: number): Promise<void> => {
    for (let one = list[next++]; one !== undefined; one = list[next++]) await callOne(number, one);
  };

  const wrong: string[] = [];
  let answers = 0;
  let slowestMs = 0;
  let isOver = false;
  const goodCaller = async (): Promise<void> => {
    while (!isOver) {
      const from = performance.now();
      const answer = await runtime.invoke('good', { kind: 'ok' });
      slowestMs = Math.max(slowestMs, performance.now() - from);
      answers += 1;
      if (answer.status !== 200 || answer.text !== '"fine"')
        wrong.push(`${answer.status} ${answer.text.slice(0, 200)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  const good = goodCaller().catch((error: unknown) => wrong.push(`no answer: ${String(error)}`));
  await Promise.all(Array.from({ length: callers }, (_, number) => caller(number)));
  isOver = true;
  await good;
  return {
    differences,
    good: { answers, wrong, slowestMs: Math.round(slowestMs) },
    isUp: isAlive(runtime.pid),
  };
};
