import { DomainError } from '../../kernel/errors.ts';
import type { Claimed, IdempotencyRecord } from '../../kernel/idempotency.ts';
import { codeOf } from './errors.ts';
import { type Pool, query, type Statement } from './pool.ts';

/**
 * A statement that takes an idempotency key and has an effect, or neither. `effect` names further CTEs, each of which
 * selects from `claimed` (one row, or none when the key is taken) and has its own parameters from $8 on.
 *
 * On a key that another transaction is just writing, `on conflict do nothing` waits for that transaction's end: if it
 * commits the key is taken, and if it rolls back the key is ours.
 */
export const claiming = (name: string, effect: string): Statement => ({
  name,
  text: `
    with claimed as (
      insert into idempotency (user_id, route, key, fingerprint, status, location, body)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict do nothing
      returning 1
    ), ${effect}
    select count(*)::int as created from claimed`,
});

const FIND: Statement = {
  name: 'idempotency.find',
  text: `
    select user_id as "userId", route, key, fingerprint, status, location, body
    from idempotency where user_id = $1 and route = $2 and key = $3`,
};

/**
 * Runs a statement made by `claiming`. When the key is taken the record is read by a second statement, whose snapshot
 * is newer than the commit of the transaction that took it.
 *
 * @throws DomainError `idempotency-in-progress` when a twin holds the key for longer than the lock limit (1 s)
 */
export const claimKey = async (
  pool: Pool,
  statement: Statement,
  record: IdempotencyRecord,
  values: readonly unknown[],
): Promise<Claimed> => {
  const { userId, route, key, fingerprint, status, location, body } = record;
  const claim = [userId, route, key, fingerprint, status, location, body, ...values];
  const [result] = await query<{ created: number }>(pool, statement, claim).catch((error: unknown) => {
    throw codeOf(error) === '55P03' ? new DomainError('idempotency-in-progress', { cause: error }) : error;
  });
  if (result?.created === 1) return { kind: 'created' };
  const [taken] = await query<IdempotencyRecord>(pool, FIND, [userId, route, key]);
  if (!taken) throw new DomainError('idempotency-in-progress');
  return { kind: 'taken', record: taken };
};
