/** SQS event source mappings of the template, with the rules that AWS has for them. */
import type { FilterPattern } from './sqs-filter.ts';
import { isRecord } from './template-intrinsics.ts';
import type { QueueSpec } from './template-resources.ts';

/** A queue that a function consumes. `window` in seconds; defaults: batch 10, window 0, no cap, no filter. */
export type SqsEvent = {
  readonly queue: QueueSpec;
  readonly batchSize: number;
  readonly window: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number;
  /** A message that none of them matches is deleted. None: every message is wanted. */
  readonly filters: readonly FilterPattern[];
  readonly enabled: boolean;
};

/** Most filters of a mapping unless the account was given more. */
const MAX_FILTERS = 5;

/**
 * Reads an `sqs` event of a function.
 *
 * @param timeout the function's, in seconds
 * @throws Error naming the place, for what AWS refuses
 * Source: Lambda developer guide, "Creating and configuring an Amazon SQS event source mapping".
 */
export const readSqsEvent = (
  value: unknown,
  where: string,
  queues: readonly QueueSpec[],
  timeout: number,
): SqsEvent => {
  const event = isRecord(value) ? value : { arn: value };
  const fail = (why: string): never => {
    throw new Error(`${where} ${why}`);
  };
  const queue = queues.find((candidate) => candidate.arn === event['arn']);
  if (!queue) return fail(`names ${String(event['arn'])}, which is no queue of the template`);
  const whole = (property: string, fallback: number | undefined, from: number, to: number) => {
    const number = event[property] === undefined ? fallback : Number(event[property]);
    if (number === undefined || (Number.isInteger(number) && number >= from && number <= to)) return number;
    return fail(
      `has a ${property} of ${String(event[property])}, which is no whole number from ${from} to ${to}`,
    );
  };
  const batchSize = whole('batchSize', 10, 1, 10_000) ?? 10;
  const window = whole('maximumBatchingWindow', 0, 0, 300) ?? 0;
  const maximum = whole('maximumConcurrency', undefined, 2, 1_000);
  if (batchSize > 10 && window < 1)
    fail('has batches of more than 10, which need a maximumBatchingWindow of 1 s or more');
  if (timeout > queue.visibilityTimeout) {
    throw new Error(
      `${where}: the function's timeout (${timeout} s) is longer than the queue's VisibilityTimeout (${queue.visibilityTimeout} s), which AWS refuses`,
    );
  }
  const patterns = event['filterPatterns'] ?? [];
  const filters = (Array.isArray(patterns) ? patterns : [patterns]).filter(isRecord);
  if (filters.length > MAX_FILTERS) fail(`has ${filters.length} filterPatterns: ${MAX_FILTERS} are allowed`);
  return {
    queue,
    batchSize,
    window,
    reportBatchItemFailures: event['functionResponseType'] === 'ReportBatchItemFailures',
    ...(maximum === undefined ? {} : { maximumConcurrency: maximum }),
    filters,
    enabled: event['enabled'] !== false,
  };
};
