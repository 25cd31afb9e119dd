import type { AwsAccess } from '../aws/access.ts';
import { type Json, makeJsonCall } from '../aws/json-call.ts';
import { retrying } from '../aws/retry.ts';

/** Makes one call to SQS; transient errors are retried. */
export type SqsCall = (operation: string, input: Json) => Promise<Json>;

/** No new attempt begins later than this after the first, in ms, so that a send stays within the lease of a relay. */
const WITHIN_MS = 2_000;

/**
 * A client of SQS. A call may take effect twice when an answer is lost: a message comes twice, and its consumer's inbox
 * drops the second.
 *
 * @throws DomainError `overloaded` when trying again does not help; AwsError for what is a fault of ours
 */
export const makeSqsCall = (access: AwsAccess): SqsCall => {
  const once = makeJsonCall(access, 'sqs', 'AmazonSQS');
  return (operation, input) => retrying((before) => once(operation, input, before), { withinMs: WITHIN_MS });
};

/** A received message. Its handle removes it. */
export type QueueMessage = { readonly body: string; readonly handle: string };

/** A queue as somebody uses it who moves messages by hand. */
export type Queue = {
  /** At most 10 messages, none when there are none. Nobody else sees them for `hiddenSeconds`. */
  readonly receive: (hiddenSeconds: number) => Promise<readonly QueueMessage[]>;
  /** Sends messages, any number. One result each, in order: undefined when the queue has it, else what went wrong. */
  readonly send: (bodies: readonly string[]) => Promise<readonly (Error | undefined)[]>;
  /** Removes a received message for good. */
  readonly remove: (handle: string) => Promise<void>;
};

/** SQS's limit on a batch. */
const BATCH = 10;

type Failure = { readonly Id: string; readonly Code?: string; readonly Message?: string };

/** Makes the queue with this URL. */
export const makeQueue = ({ sqs, url }: { sqs: SqsCall; url: string }): Queue => {
  const sendBatch = async (bodies: readonly string[]): Promise<readonly (Error | undefined)[]> => {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    try {
      const reply = await sqs('SendMessageBatch', { QueueUrl: url, Entries });
      const failures = new Map(((reply['Failed'] ?? []) as Failure[]).map((failed) => [failed.Id, failed]));
      return bodies.map((_, index) => {
        const failed = failures.get(String(index));
        return failed && new Error(`SQS refused the message: ${failed.Code} ${failed.Message ?? ''}`.trim());
      });
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      return bodies.map(() => failure);
    }
  };
  return {
    receive: async (hiddenSeconds) => {
      const limits = { MaxNumberOfMessages: BATCH, VisibilityTimeout: hiddenSeconds, WaitTimeSeconds: 1 };
      const reply = await sqs('ReceiveMessage', { QueueUrl: url, ...limits });
      const messages = (reply['Messages'] ?? []) as { Body: string; ReceiptHandle: string }[];
      return messages.map(({ Body, ReceiptHandle }) => ({ body: Body, handle: ReceiptHandle }));
    },
    send: async (bodies) => {
      const batches = Array.from({ length: Math.ceil(bodies.length / BATCH) }, (_, n) =>
        bodies.slice(n * BATCH, (n + 1) * BATCH),
      );
      return (await Promise.all(batches.map(sendBatch))).flat();
    },
    remove: async (handle) => {
      await sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: handle });
    },
  };
};
