import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../../kernel/log.ts';

/** A listener; `close` ends it and its connection. */
export type OutboxListener = { readonly close: () => Promise<void> };

/** First and longest wait before connecting again, in ms. */
const BACKOFF = { first: 200, longest: 10_000 } as const;

/**
 * Calls `onWake` whenever any process has committed an event to the outbox of the database at `url`, over a connection
 * of its own. Notices that come while the connection is down are lost, so it is also called each time that one opens.
 */
export const listenOutbox = (deps: { url: string; onWake: () => void; log: Log }): OutboxListener => {
  const closing = new AbortController();
  let client: pg.Client | undefined;

  /** Resolves when the connection has ended. */
  const listen = async (connected: () => void): Promise<void> => {
    const opened = new pg.Client({
      connectionString: deps.url,
      connectionTimeoutMillis: 1_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    client = opened;
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    // A failed attempt to connect is thrown below; its connection's later errors are nobody's concern.
    ended.catch(() => {});
    opened.on('error', reject);
    opened.on('end', resolve);
    opened.on('notification', deps.onWake);
    await opened.connect();
    await opened.query('listen outbox');
    connected();
    deps.onWake();
    await ended;
  };

  const run = async (): Promise<void> => {
    let wait: number = BACKOFF.first;
    while (!closing.signal.aborted) {
      try {
        await listen(() => {
          wait = BACKOFF.first;
        });
      } catch (error) {
        if (!closing.signal.aborted) deps.log.warn({ err: error }, 'outbox listener lost its connection');
      }
      await client?.end().catch(() => {});
      await pause(wait, undefined, { signal: closing.signal }).catch(() => {});
      wait = Math.min(wait * 2, BACKOFF.longest);
    }
  };

  const running = run();
  return {
    close: async () => {
      closing.abort();
      await client?.end().catch(() => {});
      await running;
    },
  };
};
