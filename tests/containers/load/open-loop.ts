import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';

/** One request of a load, and the status that it must be answered with. */
export type Shot = {
  /** What it is counted as, e.g. `GET /products`. */
  readonly kind: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** Told the body of a reply that was as wanted. */
  readonly onBody?: (text: string) => void;
};

/** A load. Times in ms. */
export type LoadOptions = {
  /** Where to, e.g. `http://127.0.0.1:8080`. */
  readonly origin: string;
  readonly perSecond: number;
  /** It ends by itself after this long. */
  readonly longestMs: number;
  /** Whether connections are kept; otherwise each request has one of its own. */
  readonly keepAlive: boolean;
  readonly shot: (number: number) => Shot;
  /** Longest wait for a reply, body included, from the moment the request was due: 10 s, the contract's, unless given. */
  readonly replyMs?: number;
};

/** A request that failed: no reply, a late one, or one with another status. `atMs` counts from the start of the load. */
export type Failure = { readonly kind: string; readonly atMs: number; readonly what: string };

/** What became of a load. `latencies` has one entry a request that did not fail, in ms. */
export type LoadResult = {
  readonly sent: number;
  readonly failures: readonly Failure[];
  readonly latencies: readonly number[];
};

/** A load under way. */
export type Load = {
  /** Requests that had the reply they were to have, so far. */
  readonly answered: () => number;
  /** Sends no more, waits for what is under way, and tells what was seen. Repeatable. */
  readonly stop: () => Promise<LoadResult>;
};

const causeOf = (error: unknown): string => {
  const { code, message } = error as { code?: unknown; message?: string };
  return `${typeof code === 'string' ? code : ''} ${message || error}`.trim();
};

/**
 * Sends requests at a constant rate whatever becomes of them: the moments are fixed beforehand, nobody waits for a reply
 * before the next request, and a latency counts from the moment at which its request was due. So a server that stalls is
 * seen by everybody who would have come meanwhile. A failed request is never repeated, and all of them are counted.
 */
export const startLoad = ({ replyMs = 10_000, ...options }: LoadOptions): Load => {
  const { origin, perSecond, longestMs, keepAlive, shot } = options;
  const due = Array.from(
    { length: Math.floor((longestMs * perSecond) / 1000) },
    (_, n) => (n * 1000) / perSecond,
  );
  const pool = new Pool(origin, { connections: null, pipelining: 1, keepAliveTimeout: 4_000 });
  const failures: Failure[] = [];
  const latencies: number[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  const since = (): number => performance.now() - startedAt;
  let over = false;

  const fire = async (number: number, dueAt: number): Promise<void> => {
    const { kind, status, onBody, ...sent } = shot(number);
    const fail = (what: string): void => {
      failures.push({ kind, atMs: Math.round(dueAt), what });
    };
    const left = dueAt + replyMs - since();
    if (left <= 0) return fail('it could not be sent in time');
    try {
      const signal = AbortSignal.timeout(Math.ceil(left));
      const reply = await pool.request({ ...sent, signal, reset: !keepAlive, blocking: false });
      const text = await reply.body.text();
      if (reply.statusCode !== status) return fail(`${reply.statusCode} ${text.slice(0, 200)}`);
      latencies.push(since() - dueAt);
      onBody?.(text);
    } catch (error) {
      fail(causeOf(error));
    }
  };

  const sending = (async (): Promise<number> => {
    for (const [number, dueAt] of due.entries()) {
      const early = dueAt - since();
      if (early > 0) await pause(early);
      if (over) return number;
      const one = fire(number, dueAt).finally(() => underWay.delete(one));
      underWay.add(one);
    }
    return due.length;
  })();
  // Whoever stops it is told; until then nobody listens.
  sending.catch(() => {});

  const end = async (): Promise<LoadResult> => {
    over = true;
    const sent = await sending;
    await Promise.all(underWay);
    await pool.destroy();
    return { sent, failures, latencies };
  };
  let ended: Promise<LoadResult> | undefined;
  return {
    answered: () => latencies.length,
    stop: () => {
      ended ??= end();
      return ended;
    },
  };
};
