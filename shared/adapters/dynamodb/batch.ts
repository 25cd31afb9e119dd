import { DomainError } from '../../kernel/errors.ts';
import type { Json } from '../aws/json-call.ts';
import { type AttributeValue, marshal, unmarshal } from './attribute-value.ts';
import type { DynamoClient, StoredItem } from './client.ts';
import type { Key } from './expression.ts';

/** DynamoDB's limits on one call. */
const MOST_READ = 100;
const MOST_WRITTEN = 25;

/** How often what a batch left over is asked for again. The pause doubles from at most 25 ms. */
const ROUNDS = 8;

type RawItem = Readonly<Record<string, AttributeValue>>;

const chunksOf = <T>(list: readonly T[], size: number): readonly T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

const idOf = ({ pk, sk }: StoredItem | Key): string => JSON.stringify([pk, sk]);

/** Repeats a batch with what it left over (a throttle, or 16 MB of answer), until nothing is left. */
const drain = async <T>(batch: readonly T[], run: (batch: readonly T[]) => Promise<readonly T[]>) => {
  let left = batch;
  for (let round = 0; left.length > 0; round += 1) {
    if (round === ROUNDS) {
      throw new DomainError('overloaded', { cause: new Error('DynamoDB did not finish a batch') });
    }
    const pause = Math.random() * 25 * 2 ** (round - 1);
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    left = await run(left);
  }
};

/** The batch operations of a DynamoDB client, on any number of keys. `call` makes one call and retries it. */
export const makeBatches = (
  call: (operation: string, input: Json) => Promise<Json>,
): Pick<DynamoClient, 'batchGet' | 'remove'> => ({
  batchGet: async (table, keys) => {
    const found = new Map<string, StoredItem>();
    const read = async (batch: readonly RawItem[]): Promise<readonly RawItem[]> => {
      const request = { [table]: { Keys: batch, ConsistentRead: true } };
      const reply = await call('BatchGetItem', { RequestItems: request });
      for (const raw of (reply['Responses'] as Record<string, readonly RawItem[]>)[table] ?? []) {
        const item = unmarshal(raw);
        found.set(idOf(item), item);
      }
      const left = reply['UnprocessedKeys'] as Record<string, { Keys: readonly RawItem[] }> | undefined;
      return left?.[table]?.Keys ?? [];
    };
    // DynamoDB refuses a batch that names a key twice.
    const unique = [...new Map(keys.map((key) => [idOf(key), marshal(key)])).values()];
    await Promise.all(chunksOf(unique, MOST_READ).map((batch) => drain(batch, read)));
    return keys.flatMap((key) => {
      const item = found.get(idOf(key));
      return item ? [item] : [];
    });
  },

  remove: async (table, keys) => {
    const write = async (batch: readonly unknown[]): Promise<readonly unknown[]> => {
      const reply = await call('BatchWriteItem', { RequestItems: { [table]: batch } });
      return (reply['UnprocessedItems'] as Record<string, readonly unknown[]> | undefined)?.[table] ?? [];
    };
    const requests = keys.map((key) => ({ DeleteRequest: { Key: marshal(key) } }));
    await Promise.all(chunksOf(requests, MOST_WRITTEN).map((batch) => drain(batch, write)));
  },
});
