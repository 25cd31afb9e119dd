/** SQS event source mappings: from a queue to a function, with Lambda's rules for batches, failures and scaling. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fauxqs } from './fauxqs.ts';
import type { StoredQueue } from './fauxqs-types.ts';
import type { InvokeOutcome, Invoker } from './invoke.ts';
import type { Log } from './log.ts';
import type { Sqs } from './sqs.ts';
import { type BatchEntry, failedMessages, sqsEventOf } from './sqs-batch.ts';
import { isWanted } from './sqs-filter.ts';
import type { FunctionSpec } from './template-functions.ts';
import type { SqsEvent } from './template-sqs-events.ts';

/** A running mapping. */
export type EventSource = { readonly close: () => Promise<void> };

/** What a mapping needs. */
export type EventSourceOptions = {
  readonly fauxqs: Fauxqs;
  readonly sqs: Sqs;
  readonly invoker: Invoker;
  readonly log: Log;
  readonly region: string;
  readonly fn: FunctionSpec;
  readonly event: SqsEvent;
};

/** Lambda starts with 5 batches at once and adds 300 a minute while there is a backlog, up to 1,250. */
const SCALING = { start: 5, perSecond: 5, most: 1_250 };
/** A batch is complete at 6 MB, Lambda's payload. */
const MAX_BATCH_BYTES = 6 * 1024 * 1024;
/** Pause before messages come back whose delivery broke off. */
const LOST_MS = 200;
/** Pauses before a throttled batch is tried again: from, to, in ms. It is tried for as long as its messages are invisible. */
const THROTTLED_MS = { first: 100, longest: 5_000 };

/** Starts to deliver. A message that arrives is delivered at once: this process also holds the queue. */
export const startEventSource = (options: EventSourceOptions): EventSource => {
  const { fauxqs, sqs, invoker, log, region, fn, event } = options;
  const found = fauxqs.queues.getQueueByName(event.queue.name);
  if (!found) throw new Error(`${fn.key}: there is no queue ${event.queue.name}`);
  const queue: StoredQueue = found;
  const most = Math.min(event.maximumConcurrency ?? SCALING.most, fn.reservedConcurrency ?? SCALING.most);
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let limit = Math.min(SCALING.start, most);
  let stopped = false;
  let waiting = false;
  let windowEnds: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  let hadBacklog = false;
  const scaling = setInterval(() => {
    const hasBacklog = queue.messages.length > 0 && running.size >= limit;
    if (!hasBacklog) limit = Math.min(SCALING.start, most);
    // A backlog that was not there a second ago may be of this very moment
    else if (hadBacklog) limit = Math.min(limit + SCALING.perSecond, most);
    hadBacklog = hasBacklog;
    pump();
  }, 1_000);

  /** How many messages the next batch would have. */
  const size = (): number => {
    let bytes = 0;
    let n = 0;
    for (const { body } of queue.messages) {
      bytes += body.length;
      if (n === event.batchSize || (n > 0 && bytes > MAX_BATCH_BYTES)) break;
      n += 1;
    }
    return n;
  };

  /** Whether a batch is due: at once without a window, else when it is full or its window is over. */
  const isDue = (n: number): boolean => {
    if (n === 0) return false;
    if (event.window === 0 || n === event.batchSize) return true;
    const now = Date.now();
    windowEnds ??= now + event.window * 1000;
    if (now >= windowEnds) return true;
    clearTimeout(timer);
    timer = setTimeout(pump, windowEnds - now);
    return false;
  };

  const receive = (n: number): BatchEntry[] => {
    windowEnds = undefined;
    const batch: BatchEntry[] = [];
    // One receive gives ten messages at most, and none for messages that move to the dead-letter queue.
    while (batch.length < n && queue.messages.length > 0) {
      const resolver = (arn: string) => fauxqs.queues.getQueueByArn(arn);
      for (const receipt of queue.dequeue(Math.min(10, n - batch.length), undefined, resolver)) {
        const message = queue.inflightMessages.get(receipt.ReceiptHandle)?.message;
        if (!message) continue;
        // What no filter wants is as good as processed.
        if (isWanted(event.filters, message)) batch.push({ receipt, message });
        else queue.deleteMessage(receipt.ReceiptHandle);
      }
    }
    return batch;
  };

  /** Makes messages visible again. `uncount`: as if they had not been received, for no function saw them. */
  const giveBack = (batch: readonly BatchEntry[], uncount: boolean): void =>
    fauxqs.transaction(() => {
      const setCount = fauxqs.db.prepare(
        'UPDATE sqs_messages SET approximate_receive_count = ? WHERE message_id = ?',
      );
      for (const { receipt, message } of batch) {
        if (uncount) {
          message.approximateReceiveCount -= 1;
          setCount.run(message.approximateReceiveCount, message.messageId);
        }
        queue.changeVisibility(receipt.ReceiptHandle, 0);
      }
    });

  const settle = async (batch: readonly BatchEntry[], outcome: InvokeOutcome): Promise<void> => {
    if (outcome.kind === 'success') {
      const failed = event.reportBatchItemFailures
        ? failedMessages(outcome.payload, batch)
        : new Set<string>();
      const done = failed === 'all' ? [] : batch.filter(({ message }) => !failed.has(message.messageId));
      if (done.length < batch.length)
        log.error(`${fn.key}: ${batch.length - done.length} of ${batch.length} messages failed`);
      return fauxqs.transaction(() => {
        for (const { receipt } of done) queue.deleteMessage(receipt.ReceiptHandle);
      });
    }
    if (outcome.kind === 'unreachable') return giveBack(batch, true);
    if (outcome.kind === 'lost') {
      log.error(`${fn.key}: the connection broke during a batch of ${batch.length}: ${outcome.message}`);
      await new Promise((resolve) => setTimeout(resolve, LOST_MS));
      if (!stopped) giveBack(batch, false);
      return;
    }
    // The messages come back when their visibility timeout is over, and then count as received once more.
    const what =
      outcome.kind === 'refused' ? `the Invoke API answered ${outcome.status}` : 'the function failed';
    log.error(`${fn.key}: ${what} for a batch of ${batch.length}: ${outcome.payload.slice(0, 300)}`);
  };

  /**
   * Delivers a batch. While the function is throttled the same batch is tried again, with fewer batches at once, until its
   * messages are visible again (developer guide, "Backoff strategy for failed invocations").
   */
  const deliver = async (batch: readonly BatchEntry[]): Promise<void> => {
    const payload = JSON.stringify(sqsEventOf(batch, event.queue, region));
    const visibleAt = Date.now() + event.queue.visibilityTimeout * 1000;
    for (let pause = THROTTLED_MS.first; ; pause = Math.min(2 * pause, THROTTLED_MS.longest)) {
      const outcome = await invoker.invoke(fn.name, payload, fn.timeout * 1000);
      const isThrottled = outcome.kind === 'refused' && outcome.status === 429;
      if (isThrottled) limit = Math.max(1, limit - 1);
      if (!isThrottled || stopped || Date.now() + pause >= visibleAt) return settle(batch, outcome);
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };

  /** Receives and delivers while there are messages, room and a runtime. */
  const pump = (): void => {
    if (stopped || waiting || queue.messages.length === 0) return;
    waiting = true;
    void invoker.reachable().then(() => {
      waiting = false;
      while (!stopped && running.size < limit) {
        const n = size();
        if (!isDue(n)) return;
        const batch = receive(n);
        if (batch.length === 0) return;
        const work = deliver(batch)
          .catch((error: unknown) => log.error(`${fn.key}: delivering a batch failed`, error))
          .finally(() => {
            running.delete(work);
            pump();
          });
        running.add(work);
      }
    });
  };

  sqs.onMessages(event.queue.name, pump);
  return {
    close: async () => {
      stopped = true;
      closing.abort();
      clearInterval(scaling);
      clearTimeout(timer);
      await Promise.all(running);
    },
  };
};
