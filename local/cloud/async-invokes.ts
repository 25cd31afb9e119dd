/**
 * Asynchronous invocations as Lambda queues them (developer guide, "Error handling for asynchronous invocation"), durable:
 * a row is written in the transaction of what caused it and removed after the function has answered, so that a kill
 * between any two lines leads to a second delivery and never to none.
 */
import { randomUUID } from 'node:crypto';
import type { Fauxqs } from './fauxqs.ts';
import type { InvokeOutcome, Invoker } from './invoke.ts';
import type { Log } from './log.ts';
import type { FunctionSpec } from './template-functions.ts';

/** The queue of asynchronous invocations. */
export type AsyncInvokes = {
  /**
   * Adds an invocation with a JSON text and gives its id, a new one unless given. Call it inside a transaction of `fauxqs` to
   * make both one.
   */
  readonly enqueue: (fn: FunctionSpec, payload: string, id?: string) => string;
  /** Whether an invocation runs now or has still to run for the first time. */
  readonly isUnderWay: (id: string) => boolean;
  /** Number of invocations that have not ended. */
  readonly pending: () => number;
  readonly start: () => void;
  readonly close: () => Promise<void>;
};

/** What the queue needs; `retryDelaysMs` are the pauses before the first and the second retry (AWS: 1 and 2 minutes). */
export type AsyncInvokesOptions = {
  readonly fauxqs: Fauxqs;
  readonly functions: readonly FunctionSpec[];
  readonly invoker: Invoker;
  readonly log: Log;
  readonly retryDelaysMs: readonly number[];
};

type Row = {
  readonly id: string;
  readonly function: string;
  readonly payload: string;
  readonly enqueued_at: number;
  readonly attempts: number;
  readonly refusals: number;
};

const SCHEMA = `CREATE TABLE IF NOT EXISTS async_invokes (
  id TEXT PRIMARY KEY, function TEXT NOT NULL, payload TEXT NOT NULL, enqueued_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0
)`;
/** Without a reserved concurrency, so many at once: a laptop has few processors. */
const DEFAULT_CONCURRENCY = 4;
/** After a throttle or a refusal: 1 s, growing to 5 minutes. */
const REFUSED_MS = { first: 1_000, longest: 300_000 };
/** After a broken connection: the runtime is about to come back. */
const LOST_MS = 1_000;

/** Makes the queue; nothing is delivered before `start`. */
export const makeAsyncInvokes = (options: AsyncInvokesOptions): AsyncInvokes => {
  const { fauxqs, invoker, log, retryDelaysMs } = options;
  const { db } = fauxqs;
  db.exec(SCHEMA);
  const insert = db.prepare(
    'INSERT INTO async_invokes (id, function, payload, enqueued_at, due_at) VALUES (?, ?, ?, ?, ?)',
  );
  const untried = db.prepare('SELECT id FROM async_invokes WHERE id = ? AND attempts = 0');
  const remove = db.prepare('DELETE FROM async_invokes WHERE id = ?');
  const postpone = db.prepare('UPDATE async_invokes SET due_at = ?, attempts = ?, refusals = ? WHERE id = ?');
  const due = db.prepare('SELECT * FROM async_invokes WHERE due_at <= ? ORDER BY due_at, rowid LIMIT 100');
  const next = db.prepare('SELECT MIN(due_at) AS at FROM async_invokes WHERE due_at > ?');
  const count = db.prepare('SELECT COUNT(*) AS n FROM async_invokes');
  const functions = new Map(options.functions.map((fn) => [fn.name, fn]));
  const running = new Map<string, Promise<void>>();
  const perFunction = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let started = false;

  /** Gives up on an event: its record goes to the failure destination, in the transaction that removes it. */
  const giveUp = (fn: FunctionSpec, row: Row, condition: string, outcome?: InvokeOutcome): void => {
    log.error(`${fn.key}: an asynchronous event is given up (${condition})`);
    const queue = fn.onFailure ? fauxqs.queues.getQueueByArn(fn.onFailure) : undefined;
    if (fn.onFailure && !queue)
      log.error(`${fn.key}: the failure destination ${fn.onFailure} is no local queue`);
    fauxqs.transaction(() => {
      queue?.enqueue(fauxqs.createMessage(JSON.stringify(failureRecord(fn, row, condition, outcome))));
      remove.run(row.id);
    });
  };

  const settle = (fn: FunctionSpec, row: Row, outcome: InvokeOutcome): void => {
    const now = Date.now();
    if (outcome.kind === 'success') return void remove.run(row.id);
    if (outcome.kind === 'unreachable') return void postpone.run(now, row.attempts, row.refusals, row.id);
    if (outcome.kind === 'refused') {
      log.error(`${fn.key}: the Invoke API answered ${outcome.status}: ${outcome.payload.slice(0, 300)}`);
      const pause = Math.min(REFUSED_MS.first * 2 ** row.refusals, REFUSED_MS.longest);
      return void postpone.run(now + pause, row.attempts, row.refusals + 1, row.id);
    }
    const attempts = row.attempts + 1;
    const detail = outcome.kind === 'lost' ? outcome.message : outcome.payload.slice(0, 300);
    log.error(`${fn.key}: attempt ${attempts} of an asynchronous event failed: ${detail}`);
    if (attempts > fn.retries) {
      giveUp(fn, { ...row, attempts }, 'RetriesExhausted', outcome);
      return;
    }
    const pause =
      outcome.kind === 'lost' ? LOST_MS : (retryDelaysMs[attempts - 1] ?? retryDelaysMs.at(-1) ?? 0);
    postpone.run(now + pause, attempts, row.refusals, row.id);
  };

  const deliver = async (fn: FunctionSpec, row: Row): Promise<void> => {
    if (Date.now() - row.enqueued_at > fn.maximumAge * 1000) return giveUp(fn, row, 'EventAgeExceeded');
    // Never to run: not even tried (developer guide, "Capturing records of Lambda asynchronous invocations").
    if (fn.reservedConcurrency === 0) return giveUp(fn, row, 'ZeroReservedConcurrency');
    await invoker.reachable();
    if (!started) return;
    const outcome = await invoker.invoke(fn.name, row.payload, fn.timeout * 1000, row.id);
    // A call that this process itself broke off by closing counts for nothing: the next start delivers again.
    if (started || outcome.kind === 'success') settle(fn, row, outcome);
  };

  const take = (row: Row): void => {
    const fn = functions.get(row.function);
    if (!fn) {
      log.error(`An asynchronous event for ${row.function} is dropped: the template has no such function`);
      return void remove.run(row.id);
    }
    const busy = perFunction.get(fn.name) ?? 0;
    if (running.has(row.id) || busy >= (fn.reservedConcurrency || DEFAULT_CONCURRENCY)) return;
    perFunction.set(fn.name, busy + 1);
    const work = deliver(fn, row)
      .catch((error: unknown) => log.error(`${fn.key}: delivering an asynchronous event failed`, error))
      .finally(() => {
        running.delete(row.id);
        perFunction.set(fn.name, (perFunction.get(fn.name) ?? 1) - 1);
        pump();
      });
    running.set(row.id, work);
  };

  const pump = (): void => {
    if (!started) return;
    const now = Date.now();
    for (const row of due.all(now) as Row[]) take(row);
    clearTimeout(timer);
    const { at } = next.get(now) as { at: number | null };
    if (at !== null) timer = setTimeout(pump, Math.min(at - now, 60_000));
  };

  return {
    enqueue: (fn, payload, id = randomUUID()) => {
      const now = Date.now();
      insert.run(id, fn.name, payload, now, now);
      setImmediate(pump);
      return id;
    },
    isUnderWay: (id) => running.has(id) || untried.get(id) !== undefined,
    pending: () => (count.get() as { n: number }).n,
    start: () => {
      started = true;
      pump();
    },
    close: async () => {
      started = false;
      clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
};

const failureRecord = (fn: FunctionSpec, row: Row, condition: string, outcome?: InvokeOutcome): unknown => ({
  version: '1.0',
  timestamp: new Date().toISOString(),
  requestContext: {
    requestId: row.id,
    functionArn: `${fn.arn}:$LATEST`,
    condition,
    approximateInvokeCount: row.attempts,
  },
  requestPayload: JSON.parse(row.payload),
  ...(outcome?.kind === 'function-error'
    ? {
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: parseOrText(outcome.payload),
      }
    : {}),
});

const parseOrText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
