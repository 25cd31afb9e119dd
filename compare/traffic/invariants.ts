import { makeTransport, type Transport } from '../../shared/contract/transport.ts';
import type { Invariant } from '../results/run-record.ts';
import { atMost } from './at-most.ts';
import { type Evidence, invariantOf } from './evidence.ts';
import { gatherEvidence } from './gather-evidence.ts';
import type { Prepared, ShopUrls } from './job.ts';
import type { Ledger } from './ledger.ts';
import { cancellationsKept, noDoubleOrder, noLostOrder, rejectionsJustified } from './order-rules.ts';
import { HASHES_AT_ONCE } from './prepare.ts';
import { makeShopReader } from './read-shop.ts';
import { logIn, makeShopClient } from './shop-client.ts';
import { noOversell, photosReady, stockConserved, stockEditsKept } from './stock-rules.ts';

/** What a check needs. `withinMs`: how long the shop may take to settle after the run (30 s). */
export type CheckOptions = {
  readonly urls: ShopUrls;
  readonly prepared: Prepared;
  readonly ledger: Ledger;
  readonly withinMs?: number;
  /** Closed by whoever made it; one of its own if absent. */
  readonly transport?: Transport;
};

const WITHIN_MS = 30_000;

/** A token that lives shorter than this, in ms, is renewed before the check. */
const FRESH_MS = 2 * 60_000;

const RULES = [
  noOversell,
  stockConserved,
  noLostOrder,
  noDoubleOrder,
  cancellationsKept,
  rejectionsJustified,
  stockEditsKept,
  photosReady,
];

/** Holds what was found in a shop against every rule. */
const judge = (evidence: Evidence): readonly Invariant[] => RULES.map((rule) => invariantOf(rule(evidence)));

/**
 * Checks over HTTP alone whether a shop has kept its rules during a run: no oversell, stock conserved, no lost and no double order,
 * cancellations and stock edits kept, rejections justified, photos READY. Nobody else may use its products meanwhile. A shop that
 * cannot be read has kept none of them: that is one rule that fails.
 */
export const checkInvariants = async (options: CheckOptions): Promise<readonly Invariant[]> => {
  const { urls, prepared, ledger, withinMs = WITHIN_MS } = options;
  const transport = options.transport ?? makeTransport();
  const client = makeShopClient(urls, transport);
  try {
    const customers = await atMost(HASHES_AT_ONCE, ledger.customers, (customer) =>
      customer.expiresAt - Date.now() > FRESH_MS ? Promise.resolve(customer) : logIn(client, customer),
    );
    const end = Date.now() + withinMs;
    const reader = makeShopReader(urls, transport, end);
    return judge(await gatherEvidence(reader, prepared, { ...ledger, customers }, end));
  } catch (error) {
    return [{ name: 'shop can be read', ok: false, says: (error as Error).message }];
  } finally {
    if (!options.transport) await transport.close();
  }
};
