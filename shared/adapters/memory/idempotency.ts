import type { Claimed, IdempotencyRecord } from '../../kernel/idempotency.ts';

/** The idempotency records of one context. */
export type MemoryRecords = Map<string, IdempotencyRecord>;

/** Runs `insert` and keeps the record, or gives back the record that has the key already. Synchronous, so atomic. */
export const claimKey = (records: MemoryRecords, record: IdempotencyRecord, insert: () => void): Claimed => {
  const scope = JSON.stringify([record.userId, record.route, record.key]);
  const taken = records.get(scope);
  if (taken) return { kind: 'taken', record: taken };
  insert();
  records.set(scope, record);
  return { kind: 'created' };
};
