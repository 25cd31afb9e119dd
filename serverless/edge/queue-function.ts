import type { EventHandlers } from '@duet/shared/events/receive-event.ts';
import { makeReceiveEvent } from '@duet/shared/events/receive-event.ts';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type FunctionLog, makeFunctionLog } from './log.ts';

/** A function that consumes a queue. */
export type QueueFunction = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** What a composition makes of its adapters for one queue. `settle` runs once after a batch. */
export type Consumed = { readonly handlers: EventHandlers; readonly settle?: () => Promise<void> };

/** Events of a batch that are taken at a time, as on Express. */
const AT_A_TIME = 4;

/**
 * Makes the function of a queue. Each message of a batch stands for itself: those that were not taken are named in the
 * reply, stay in the queue, and come again after its visibility timeout; the others are deleted.
 *
 * @param name the function's key
 * @param compose chooses the adapters
 */
export function queueFunction(name: string, compose: (log: FunctionLog) => Promise<Consumed>): QueueFunction {
  const log = makeFunctionLog(name);
  const consumed = compose(log);
  consumed.catch(() => undefined);

  return async (event, context) => {
    const { handlers, settle } = await consumed;
    const receive = makeReceiveEvent(handlers);
    const failed: string[] = [];
    const waiting = [...event.Records];
    log.begin(context.awsRequestId);

    const receiveOne = async (record: SQSRecord): Promise<void> => {
      try {
        await receive(JSON.parse(record.body));
      } catch (error) {
        log.warn({ messageId: record.messageId, err: error }, 'event was not taken');
        failed.push(record.messageId);
      }
    };
    const worker = async (): Promise<void> => {
      for (let record = waiting.shift(); record; record = waiting.shift()) await receiveOne(record);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    await settle?.();
    log.info({ records: event.Records.length, failed: failed.length }, 'batch');
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
