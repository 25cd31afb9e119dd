import type { Claimed, IdempotencyRecord } from '../../kernel/idempotency.ts';
import type { DynamoClient } from './client.ts';
import { ABSENT } from './expression.ts';
import { contentOf, keyOf } from './keys.ts';
import type { Action } from './transaction.ts';

/**
 * Does the actions together with storing the record, or nothing when the record's key is taken. The actions have no
 * condition that may fail.
 *
 * @throws DomainError `idempotency-in-progress` when a twin of the request stays in the way
 */
export const claimKey = async (
  client: DynamoClient,
  table: string,
  record: IdempotencyRecord,
  actions: readonly Action<'taken'>[],
): Promise<Claimed> => {
  const key = keyOf.idempotency(record);
  const claim: Action<'taken'> = {
    put: { ...key, ...record },
    condition: ABSENT,
    refused: 'taken',
    busy: 'idempotency-in-progress',
  };
  const [taken] = await client.transact(table, [claim, ...actions]);
  if (!taken) return { kind: 'created' };
  const stored = await client.get(table, key);
  if (!stored) throw new Error('the record of a taken idempotency key is gone');
  return { kind: 'taken', record: contentOf<IdempotencyRecord>(stored) };
};
