/**
 * fauxqs 2.4 in pieces: its queues, its objects and their SQLite file, without its server, which listens on every
 * address and checks no signature. The package exports its entry point only, so its modules are found by path.
 */
import { mkdirSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type {
  FauxqsApp,
  ObjectStore,
  Persistence,
  QueueAction,
  QueueRouter,
  QueueStore,
  StoredMessage,
} from './fauxqs-types.ts';

/** Queues and objects in one SQLite file, so that a transaction can change both. */
export type Fauxqs = {
  readonly db: DatabaseSync;
  /** Runs synchronous work in one transaction, or in the one that is open already. */
  readonly transaction: <T>(work: () => T) => T;
  readonly queues: QueueStore;
  readonly objects: ObjectStore;
  readonly router: QueueRouter;
  readonly app: FauxqsApp;
  readonly createMessage: (body: string) => StoredMessage;
  readonly close: () => Promise<void>;
};

const QUEUE_ACTIONS = [
  'CreateQueue',
  'DeleteQueue',
  'GetQueueUrl',
  'ListQueues',
  'GetQueueAttributes',
  'SetQueueAttributes',
  'PurgeQueue',
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'SendMessageBatch',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'TagQueue',
  'UntagQueue',
  'ListQueueTags',
];
/** Actions that change several messages, which shall be done together. They are synchronous. */
const BATCHES = new Set(['SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch']);

// AWS takes every character of XML 1.0; fauxqs's own expression refuses those beyond U+FFFF, such as emoji.
const INVALID_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

type Constructor<T, A extends unknown[] = []> = new (...args: A) => T;

/**
 * Opens the file in `dataDir`. A message that was in flight when the last process died is visible at once, and that
 * delivery is not counted: its consumer did not fail, it was never answered.
 */
export const openFauxqs = async (dataDir: string, region: string): Promise<Fauxqs> => {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (!manifest) throw new Error('The package fauxqs is not installed: run npm ci');
  const load = async <T>(file: string): Promise<T> =>
    (await import(new URL(`dist/${file}`, pathToFileURL(manifest)).href)) as T;

  const { PersistenceManager } = await load<{ PersistenceManager: Constructor<Persistence, [string]> }>(
    'persistence.js',
  );
  const sqs = await load<{
    SqsStore: Constructor<QueueStore> & { createMessage: (body: string) => StoredMessage };
  }>('sqs/sqsStore.js');
  const { SnsStore } = await load<{ SnsStore: Constructor<object> }>('sns/snsStore.js');
  const { S3Store } = await load<{ S3Store: Constructor<ObjectStore> }>('s3/s3Store.js');
  const { SqsRouter } = await load<{ SqsRouter: Constructor<QueueRouter, [QueueStore]> }>('sqs/sqsRouter.js');
  const types = await load<{ INVALID_MESSAGE_BODY_CHAR: RegExp }>('sqs/sqsTypes.js');
  const { buildApp } = await load<{ buildApp: (options: object) => FauxqsApp }>('app.js');
  types.INVALID_MESSAGE_BODY_CHAR.test = (text) => INVALID_CHARACTER.test(text);

  mkdirSync(dataDir, { recursive: true });
  const persistence = new PersistenceManager(dataDir);
  const { db } = persistence;
  // As for DynamoDB: every commit reaches the operating system and so survives a kill; none is forced to the disk.
  db.exec('PRAGMA synchronous = NORMAL');
  db.prepare(
    `UPDATE sqs_messages SET approximate_receive_count = MAX(0, approximate_receive_count - (visibility_deadline > ?)),
     receipt_handle = NULL, visibility_deadline = NULL WHERE receipt_handle IS NOT NULL`,
  ).run(Date.now());
  // fauxqs sets the receive count to NULL here, which its own table refuses.
  const ready = db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => void ready.run(messageId);

  let open = false;
  const transaction = <T>(work: () => T): T => {
    if (open) return work();
    open = true;
    db.exec('BEGIN');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    } finally {
      open = false;
    }
  };

  const queues = new sqs.SqsStore();
  queues.region = region;
  queues.host = ''; // queue URLs get the host of the request
  const topics = new SnsStore();
  const objects = new S3Store();
  persistence.load(queues, topics, objects);
  queues.persistence = persistence;
  objects.persistence = persistence;
  for (const queue of queues.queues.values()) queue.persistence = persistence;

  const router = new SqsRouter(queues);
  for (const name of QUEUE_ACTIONS) {
    const key = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const action = (await load<Record<string, QueueAction>>(`sqs/actions/${key}.js`))[key];
    if (!action) throw new Error(`fauxqs has no ${name}`);
    const batch: QueueAction = (...request) => transaction(() => action(...request));
    router.register(name, BATCHES.has(name) ? batch : action);
  }
  const app = buildApp({ logger: false, stores: { sqsStore: queues, snsStore: topics, s3Store: objects } });
  await app.ready();

  return {
    db,
    transaction,
    queues,
    objects,
    router,
    app,
    createMessage: (body) => sqs.SqsStore.createMessage(body),
    close: async () => {
      queues.shutdown();
      await app.close();
      persistence.close();
    },
  };
};
