/** The shapes of fauxqs 2.4 that the local cloud touches; the package exports none of them. */
import type { DatabaseSync } from 'node:sqlite';

/** A message as fauxqs stores it; times in milliseconds. */
export type StoredMessage = {
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly messageAttributes: Record<string, MessageAttribute>;
  readonly sentTimestamp: number;
  readonly approximateFirstReceiveTimestamp?: number;
  approximateReceiveCount: number;
};

/** A message attribute of SQS's API. */
type MessageAttribute = {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
};

/** A received message; its system attributes are with the in-flight entry. */
export type ReceivedMessage = { readonly MessageId: string; readonly ReceiptHandle: string };

/** A queue of fauxqs. */
export type StoredQueue = {
  readonly name: string;
  url: string;
  arn: string;
  readonly attributes: Record<string, string>;
  messages: StoredMessage[];
  readonly delayedMessages: readonly StoredMessage[];
  readonly inflightMessages: ReadonlyMap<
    string,
    { readonly message: StoredMessage; readonly visibilityDeadline: number }
  >;
  persistence: Persistence;
  dequeue: (
    max: number,
    visibilityTimeout?: number,
    dlq?: (arn: string) => StoredQueue | undefined,
  ) => ReceivedMessage[];
  notifyWaiters: () => void;
  readonly enqueue: (message: StoredMessage) => void;
  readonly deleteMessage: (receiptHandle: string) => boolean;
  readonly changeVisibility: (receiptHandle: string, seconds: number) => void;
  readonly processTimers: () => void;
  readonly setAttributes: (attributes: Record<string, string>) => void;
};

/** All queues. */
export type QueueStore = {
  host: string;
  region: string;
  persistence: Persistence;
  readonly queues: Map<string, StoredQueue>;
  readonly queuesByArn: Map<string, StoredQueue>;
  readonly createQueue: (
    name: string,
    url: string,
    arn: string,
    attributes: Record<string, string>,
  ) => StoredQueue;
  readonly getQueueByName: (name: string) => StoredQueue | undefined;
  readonly getQueueByArn: (arn: string) => StoredQueue | undefined;
  readonly shutdown: () => void;
};

/** All objects. `putObject` takes content headers and metadata apart; `eTag` is in quotes. */
export type ObjectStore = {
  persistence: Persistence;
  readonly hasBucket: (bucket: string) => boolean;
  readonly createBucket: (bucket: string) => void;
  readonly buckets: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  readonly putObject: (
    bucket: string,
    key: string,
    body: Buffer,
    contentType: string,
    metadata: Record<string, string>,
    system: Record<string, string>,
  ) => { readonly etag: string };
};

/** fauxqs's write-through to SQLite. */
export type Persistence = {
  readonly db: DatabaseSync;
  readonly load: (queues: QueueStore, topics: unknown, objects: ObjectStore) => void;
  readonly transaction: (work: () => void) => void;
  readonly deleteMessage: (messageId: string) => void;
  updateMessageReady: (messageId: string) => void;
  readonly close: () => void;
};

/** What fauxqs passes to a handler as its reply. */
type Reply = {
  readonly status: (code: number) => unknown;
  readonly header: (name: string, value: string) => unknown;
};

/** Answers a request by its `x-amz-target`. */
export type QueueRouter = {
  readonly register: (action: string, handler: QueueAction) => void;
  readonly handle: (
    request: { headers: Record<string, unknown>; body: unknown },
    reply: Reply,
  ) => Promise<unknown>;
};

/** One action of SQS. */
export type QueueAction = (body: unknown, store: QueueStore, request: unknown) => unknown;

/** fauxqs's Fastify application, of which only the S3 routes that read and delete are used. */
export type FauxqsApp = {
  readonly ready: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
  readonly routing: (request: unknown, response: unknown) => void;
  readonly inject: (request: {
    method: string;
    url: string;
    headers: Record<string, unknown>;
    payload: Buffer;
  }) => Promise<{ statusCode: number; headers: Record<string, string>; rawPayload: Buffer }>;
};
