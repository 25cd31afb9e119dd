import { AssertionError } from 'node:assert/strict';
import type { Runtime, RuntimeName } from '../support/runtime.ts';
import { NotMeasured } from './checks/check.ts';
import { CHECKS } from './checks.ts';
import type { Row } from './rows.ts';
import { startForRows } from './start-for-rows.ts';

/** What a row came to on one runtime, with the reason where it did not pass. */
export type Outcome = {
  readonly verdict: 'pass' | 'fail' | 'not applicable' | 'not measured';
  readonly reason?: string;
  readonly seconds: number;
};

/** Rows that fill a runtime to AWS's own limits where it has no option for smaller ones: nothing may run beside them. */
const HEAVY = new Set(['N02', 'N03', 'N04']);

/** How many rows run at the same time. */
const AT_ONCE = { ours: 4, 'serverless-offline': 3 } as const;

const shownAs = (value: unknown): string =>
  value instanceof RegExp ? String(value) : (JSON.stringify(value) ?? 'nothing');

/** The reason in one line. */
const reasonOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  const shown =
    error instanceof AssertionError && error.generatedMessage && 'actual' in error
      ? `got ${shownAs(error.actual)}, not ${shownAs(error.expected)}`
      : message;
  return shown.replace(/\s+/g, ' ').replaceAll('|', '/').slice(0, 220);
};

const judge = async (row: Row, runtime: () => Promise<Runtime>): Promise<Outcome> => {
  const { id, notApplicable } = row;
  if (notApplicable !== undefined) return { verdict: 'not applicable', reason: notApplicable, seconds: 0 };
  const check = CHECKS[id];
  if (!check) throw new Error(`There is no check for ${id}`);
  const from = performance.now();
  const seconds = (): number => Math.round((performance.now() - from) / 100) / 10;
  try {
    await check(await runtime());
    return { verdict: 'pass', seconds: seconds() };
  } catch (error) {
    const verdict = error instanceof NotMeasured ? 'not measured' : 'fail';
    return { verdict, reason: reasonOf(error), seconds: seconds() };
  }
};

/** Gives every item to `work`, so many at the same time. */
const each = async <T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

/**
 * Runs rows on one runtime. Ours is started once for all of them, as whatever they do to it may not matter to the next;
 * serverless-offline is started anew for each, as some end its process.
 *
 * @param isLong at AWS's own times
 * @param told is called with each outcome
 */
export const runRows = async (
  name: RuntimeName,
  rows: readonly Row[],
  isLong: boolean,
  told: (row: Row, outcome: Outcome) => void,
): Promise<ReadonlyMap<string, Outcome>> => {
  const outcomes = new Map<string, Outcome>();
  const shared = name === 'ours' ? startForRows(name, isLong ? 'full' : 'short') : undefined;
  const run = async (row: Row): Promise<void> => {
    let own: Runtime | undefined;
    const runtime = async (): Promise<Runtime> => {
      own = shared ? undefined : await startForRows(name);
      return own ?? (shared as Promise<Runtime>);
    };
    const outcome = await judge(row, runtime);
    await own?.stop();
    outcomes.set(row.id, outcome);
    told(row, outcome);
  };
  try {
    await each(
      rows.filter(({ id }) => !HEAVY.has(id)),
      AT_ONCE[name],
      run,
    );
    await each(
      rows.filter(({ id }) => HEAVY.has(id)),
      1,
      run,
    );
  } finally {
    await shared?.then((runtime) => runtime.stop());
  }
  return outcomes;
};
