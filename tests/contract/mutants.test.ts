import { describe, expect, it } from 'vitest';
import { quickHasher, startInProcess } from '../support/in-process.ts';
import { mutants } from '../support/mutants.ts';
import type { Shop } from '../support/shop.ts';
import { makeHttpWire } from '../support/wire.ts';
import { cancelling } from './rules/cancelling.ts';
import { idempotency } from './rules/idempotency.ts';
import { orders } from './rules/orders.ts';

const rules = [idempotency, orders, cancelling].flatMap((section) => section.rules);

/** Titles of the rules that a shop breaks. */
const broken = async (shop: Shop): Promise<string[]> => {
  const failed: string[] = [];
  for (const { title, run } of rules) await run(shop).catch(() => failed.push(title));
  return failed;
};

const brokenBy = async (name: string, replaced: Parameters<typeof startInProcess>[2]): Promise<string[]> => {
  const { wire, close } = makeHttpWire();
  const { shop, stop } = await startInProcess(name, wire, { ...replaced, hasher: quickHasher });
  try {
    return await broken(shop);
  } finally {
    close();
    await stop();
  }
};

describe('The contract fails on a stack that is broken on purpose', () => {
  it('When nothing is broken, then no rule fails', async () => {
    expect(await brokenBy('a sound stack', {})).toEqual([]);
  });

  it.for(mutants)('When $name, then a rule fails', async ({ name, replaced, caughtBy }) => {
    const failed = await brokenBy(name, replaced);
    for (const pattern of caughtBy) expect(failed).toContainEqual(expect.stringMatching(pattern));
    expect(failed.length).toBeLessThan(rules.length);
  });
});
