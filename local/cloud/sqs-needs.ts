import type { Need } from './callers.ts';

/** Actions with a batch form, which IAM knows by the one name only. */
const BATCH = /^(SendMessage|DeleteMessage|ChangeMessageVisibility)Batch$/;

/** What a request needs to be allowed. `queues` is the ARN that the names of queues follow; a queue's name ends its URL. */
export const sqsNeeds = (action: string, body: unknown, queues: string): Need[] => {
  const { QueueUrl, QueueName } = (body ?? {}) as { QueueUrl?: unknown; QueueName?: unknown };
  const named = action === 'CreateQueue' || action === 'GetQueueUrl' ? QueueName : QueueUrl;
  const name = String(named ?? '')
    .split('/')
    .findLast(Boolean);
  const resource = action === 'ListQueues' ? `${queues}:*` : `${queues}:${name ?? ''}`;
  return [{ action: `sqs:${BATCH.exec(action)?.[1] ?? action}`, resource }];
};
