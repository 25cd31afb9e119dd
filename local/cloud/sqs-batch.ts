/** What a function receives from a queue, and what its answer means (Lambda developer guide, "Using Lambda with Amazon SQS"). */
import type { ReceivedMessage, StoredMessage } from './fauxqs-types.ts';
import type { QueueSpec } from './template-resources.ts';

/** A message of a batch with its receipt handle. */
export type BatchEntry = { readonly receipt: ReceivedMessage; readonly message: StoredMessage };

/** The event for a batch. */
export const sqsEventOf = (batch: readonly BatchEntry[], queue: QueueSpec, region: string): unknown => ({
  Records: batch.map(({ receipt, message }) => ({
    messageId: message.messageId,
    receiptHandle: receipt.ReceiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.approximateReceiveCount),
      SentTimestamp: String(message.sentTimestamp),
      SenderId: '000000000000',
      ApproximateFirstReceiveTimestamp: String(message.approximateFirstReceiveTimestamp ?? Date.now()),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
          ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  })),
});

/**
 * The messages that a successful answer reports as failed; `all` when the answer makes the whole batch a failure: no
 * JSON, an identifier that is missing, empty or not of the batch. An empty answer or list means that none failed.
 */
export const failedMessages = (
  payload: string,
  batch: readonly BatchEntry[],
): 'all' | ReadonlySet<string> => {
  if (payload.trim() === '') return new Set();
  let response: unknown;
  try {
    response = JSON.parse(payload);
  } catch {
    return 'all';
  }
  if (typeof response !== 'object' || response === null || !('batchItemFailures' in response))
    return new Set();
  const failures = response.batchItemFailures;
  if (failures === null) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const known = new Set(batch.map(({ message }) => message.messageId));
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id =
      typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure
        ? failure.itemIdentifier
        : undefined;
    if (typeof id !== 'string' || !known.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
};
