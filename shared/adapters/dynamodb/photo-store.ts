import type { Photo, PhotoStore } from '../../images/ports.ts';
import type { DynamoClient } from './client.ts';
import { due, dueKeys } from './due.ts';
import { claimKey } from './idempotency.ts';
import { contentOf, keyOf } from './keys.ts';

const isUnfinished = ({ state }: Pick<Photo, 'state'>): boolean =>
  state === 'AWAITING' || state === 'PROCESSING';

/** The index keys of a photo: it waits for the sweep since its last change, until it is finished. */
const waiting = (photo: Pick<Photo, 'id' | 'state' | 'updatedAt'>) =>
  isUnfinished(photo) ? dueKeys('UNFINISHED-PHOTOS', photo.id, Date.parse(photo.updatedAt)) : {};

/** What is known of photos, in DynamoDB. */
export const makePhotoStore = ({ client, table }: { client: DynamoClient; table: string }): PhotoStore => ({
  insert: (photo, record) =>
    claimKey(client, table, record, [
      { put: { ...keyOf.photo(photo.id), ...photo, ...waiting(photo) } },
      {
        update: keyOf.photosOf(photo.productId),
        set: 'ADD photoIds :ids',
        values: { ids: new Set([photo.id]) },
      },
    ]),

  find: async (id) => {
    const item = await client.get(table, keyOf.photo(id));
    return item && contentOf<Photo>(item);
  },

  listByProducts: async (productIds) => {
    const lists = await client.batchGet(table, productIds.map(keyOf.photosOf));
    const ids = lists.flatMap(({ photoIds }) => [...(photoIds as ReadonlySet<string>)]);
    const items = await client.batchGet(table, ids.sort().map(keyOf.photo));
    return items.map((item) => contentOf<Photo>(item));
  },

  move: async (id, from, to) => {
    const { state, reason, variants, updatedAt } = to;
    const next = waiting({ id, ...to });
    const states = from.map((_, n) => `:from${n}`).join(', ');
    const refused = await client.transact(table, [
      {
        update: keyOf.photo(id),
        set:
          'SET #state = :state, reason = :reason, variants = :variants, updatedAt = :updatedAt' +
          ('gsi1pk' in next ? ', gsi1pk = :gsi1pk, gsi1sk = :gsi1sk' : ' REMOVE gsi1pk, gsi1sk'),
        condition: `#state IN (${states})`,
        values: {
          ...{ state, reason, variants, updatedAt, ...next },
          ...Object.fromEntries(from.map((value, n) => [`from${n}`, value])),
        },
        refused: 'elsewhere',
      },
    ]);
    return refused.length === 0;
  },

  unfinished: async (before, limit) => {
    const until = Date.parse(before) - 1;
    const candidates = await due(client, table, 'UNFINISHED-PHOTOS', { until, limit });
    const items = await client.batchGet(
      table,
      candidates.map(({ key }) => key),
    );
    return items
      .map((item) => contentOf<Photo>(item))
      .filter((photo) => isUnfinished(photo) && photo.updatedAt < before);
  },
});
