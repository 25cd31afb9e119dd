import type { DrainEvents } from '@duet/shared/events/drain-events.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import type { Context } from 'aws-lambda';

/** Kept back for the send under way when the time is out, in ms: a send may take 2 s. */
const RESERVE_MS = 5_000;

/** Relays the events of inventory that no invocation has sent itself, on a schedule. */
export const relayInventoryEvents =
  (run: DrainEvents, log: Log) =>
  async (_event: unknown, context: Context): Promise<void> => {
    log.info({ sent: await run(context.getRemainingTimeInMillis() - RESERVE_MS) }, 'events relayed');
  };
