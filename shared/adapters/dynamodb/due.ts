import type { DynamoClient, StoredItem } from './client.ts';
import type { Key } from './expression.ts';

/** What waits for a time, a queue of each table's index gsi1. */
export type Queue = 'EVENTS' | 'DEAD-EVENTS' | 'PENDING-ORDERS' | 'UNFINISHED-PHOTOS';

/**
 * Partitions of a queue. One partition takes 1,000 writes a second, and an event costs four (added, leased, which is two,
 * removed), so that four carry 1,000 events a second; each costs one more query a run.
 */
const PARTITIONS = 4;

const partitionOf = (queue: Queue, n: number): string => `${queue}#${n}`;

const sortKey = (at: number, id: string): string => `${String(at).padStart(15, '0')}#${id}`;

/** Greater than every sort key of the same time. */
const AFTER_ALL = '~';

/** The last time that a sort key can tell, in ms: what waits for it is never due. */
export const NEVER = 999_999_999_999_999;

/** The index keys of an item that waits until `at` (ms). Ids spread over the partitions by their last character. */
export const dueKeys = (queue: Queue, id: string, at: number) => ({
  gsi1pk: partitionOf(queue, id.charCodeAt(id.length - 1) % PARTITIONS),
  gsi1sk: sortKey(at, id),
});

/** An item that waits, and its time in ms. */
export type Due = { readonly key: Key; readonly at: number };

/**
 * At most `limit` items of a queue that are due at `until` (ms), the longest due first. On AWS the index follows its table
 * by some milliseconds: an item may be missing, or shown although it has changed or gone. So this only proposes:
 * whoever acts on it reads the item, or guards its write with the time.
 */
export const due = async (
  client: DynamoClient,
  table: string,
  queue: Queue,
  { until = NEVER, limit }: { readonly until?: number; readonly limit?: number } = {},
): Promise<readonly Due[]> => {
  const ask = (n: number): Promise<readonly StoredItem[]> =>
    client.query(table, {
      index: 'gsi1',
      where: 'gsi1pk = :partition AND gsi1sk <= :until',
      values: { partition: partitionOf(queue, n), until: sortKey(until, AFTER_ALL) },
      ...(limit !== undefined && { limit }),
    });
  const found = await Promise.all(Array.from({ length: PARTITIONS }, (_, n) => ask(n)));
  return found
    .flat()
    .map((item) => ({
      key: { pk: String(item['pk']), sk: String(item['sk']) },
      at: Number.parseInt(String(item['gsi1sk']), 10),
    }))
    .sort((a, b) => a.at - b.at)
    .slice(0, limit);
};
