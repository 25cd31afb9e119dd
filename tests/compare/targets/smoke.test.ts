import { afterEach, describe, expect, it } from 'vitest';
import { smoke } from '../../../compare/targets/smoke.ts';
import { type Fault, startFakeStack } from '../fake-stack.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const smokeAt = (base: string) => {
  const baseUrls = { auth: base, inventory: base, images: base, orders: base };
  const administrator = { email: 'admin@duet.example', password: 'a long enough password' };
  return smoke({ baseUrls, administrator }, { name: 'a shop' });
};

const smokeOf = async (fault: Fault = {}) => {
  const { url, close } = await startFakeStack(fault);
  cleanups.push(close);
  return smokeAt(url);
};

describe('the smoke test of a target', () => {
  it('When every step keeps the contract, then it is passed', async () => {
    expect(await smokeOf()).toEqual({ ok: true, says: expect.stringContaining('All 13 steps') });
  });

  it('When an answer breaks the contract, then it fails and says which', async () => {
    const { ok, says } = await smokeOf({ orderStatus: 201 });
    expect(ok).toBe(false);
    expect(says).toMatch(/^Step 9 of 13 .* Order: POST \/orders answered 201/);
  });

  it('When an order does not come to what it should, then it fails although every answer keeps the contract', async () => {
    const { ok, says } = await smokeOf({ soldOut: true });
    expect(ok).toBe(false);
    expect(says).toContain('Confirmed: GET /orders/{id} did not come to "state":"CONFIRMED"');
  });

  it('When nothing is there, then it fails at the first step', async () => {
    const { ok, says } = await smokeAt('http://127.0.0.1:9');
    expect(ok).toBe(false);
    expect(says).toMatch(/^Step 1 of 13 .* Register: .*ECONNREFUSED/);
  });
});
