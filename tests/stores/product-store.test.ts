import { newUuid } from '@duet/shared/adapters/system/system.ts';
import type { Product } from '@duet/shared/inventory/ports.ts';
import { expect, it } from 'vitest';
import { eachStore, race, tally } from './each-store.ts';
import { heldReservation, idempotencyRecord, inboxEntry, later, product } from './fixtures.ts';

const EDIT = { name: 'New', description: 'Längerer Text', priceCents: 1, updatedAt: later(1000) };

eachStore('ProductStore', (stores) => {
  const added = async (change: Partial<Product> = {}): Promise<Product> => {
    const made = product(change);
    await stores().products.insert(made, idempotencyRecord());
    return made;
  };
  const hold = (id: string, units: number) =>
    stores().reservations.hold(inboxEntry(), heldReservation({ [id]: units }), []);

  it('When a product was inserted, then it is found with every field', async () => {
    const made = product({ description: 'two\nlines', priceCents: 100_000_000, onHand: 1_000_000 });
    expect(await stores().products.insert(made, idempotencyRecord())).toEqual({ kind: 'created' });
    expect(await stores().products.find(made.id)).toEqual(made);
    expect(await stores().products.find(newUuid())).toBeUndefined();
  });

  it('When the key is taken, then its record is returned as it was and no product is added', async () => {
    const record = idempotencyRecord({ status: 201 });
    await stores().products.insert(product(), record);
    const second = product();
    const other = { ...record, fingerprint: 'other', body: '{}', location: '/elsewhere', status: 200 };
    expect(await stores().products.insert(second, other)).toEqual({ kind: 'taken', record });
    expect(await stores().products.find(second.id)).toBeUndefined();
  });

  it('When the same key comes from another user or on another route, then it is free', async () => {
    const record = idempotencyRecord();
    await stores().products.insert(product(), record);
    for (const change of [{ userId: newUuid() }, { route: 'other' }]) {
      const other = { ...record, ...change, body: JSON.stringify(change) };
      expect((await stores().products.insert(product(), other)).kind).toBe('created');
      const taken = { kind: 'taken', record: other };
      expect(await stores().products.insert(product(), other)).toEqual(taken);
    }
    expect(await stores().products.insert(product(), record)).toEqual({ kind: 'taken', record });
  });

  it('When 20 workers insert with the same key at once, then one product is added and the others get its record', async () => {
    const scope = idempotencyRecord();
    const rivals = Array.from({ length: 20 }, () => product());
    const results = await race(20, (worker) =>
      stores().products.insert(rivals[worker] as Product, { ...scope, body: `"${worker}"` }),
    );
    expect(tally(results.map(({ kind }) => kind))).toEqual({ created: 1, taken: 19 });
    const winner = results.findIndex(({ kind }) => kind === 'created');
    const taken = { kind: 'taken', record: { ...scope, body: `"${winner}"` } };
    expect(results.filter(({ kind }) => kind === 'taken')).toEqual(Array(19).fill(taken));
    expect(await stores().products.list({ limit: 50 })).toEqual([rivals[winner]]);
  });

  it('When several are asked for, then those that exist come', async () => {
    const [one, two] = [await added(), await added()];
    await added();
    const found = await stores().products.findMany([two.id, newUuid(), one.id]);
    expect(found.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([one, two]);
    expect(await stores().products.findMany([])).toEqual([]);
  });

  it('When products are listed, then they come in order of creation, page after page', async () => {
    const made = [product(), product(), product(), product()];
    for (const each of made.toReversed()) await stores().products.insert(each, idempotencyRecord());
    const { products } = stores();
    expect(await products.list({ limit: 2 })).toEqual(made.slice(0, 2));
    expect(await products.list({ limit: 2, after: made[1]?.id })).toEqual(made.slice(2));
    expect(await products.list({ limit: 9, after: made[0]?.id })).toEqual(made.slice(1));
    expect(await products.list({ limit: 2, after: made[3]?.id })).toEqual([]);
  });

  it('When a product is updated from its version, then its fields are replaced and the version goes up by one', async () => {
    const made = await added();
    await hold(made.id, 3);
    const updated = { ...made, ...EDIT, held: 3, version: 2 };
    expect(await stores().products.update(made.id, 1, EDIT)).toEqual(updated);
    expect(await stores().products.find(made.id)).toEqual(updated);
  });

  it.each([0, 2, 999_999_999_999_999])(
    'When the version named is %d and not the current one, then the change is stale',
    async (version) => {
      const made = await added();
      expect(await stores().products.update(made.id, version, EDIT)).toBe('stale');
      expect(await stores().products.setOnHand(made.id, version, 5, later(1))).toBe('stale');
      expect(await stores().products.find(made.id)).toEqual(made);
    },
  );

  it('When there is no such product, then a change says not-found and adds none', async () => {
    const id = newUuid();
    expect(await stores().products.update(id, 1, EDIT)).toBe('not-found');
    expect(await stores().products.setOnHand(id, 1, 5, later(1))).toBe('not-found');
    expect(await stores().products.find(id)).toBeUndefined();
  });

  it('When 20 workers update from the same version at once, then one does and the others are stale', async () => {
    const made = await added();
    const results = await race(20, (worker) =>
      stores().products.update(made.id, 1, { ...EDIT, name: `name ${worker}` }),
    );
    const done = results.filter((result) => typeof result === 'object');
    expect(done).toHaveLength(1);
    expect(results.filter((result) => result === 'stale')).toHaveLength(19);
    expect(await stores().products.find(made.id)).toEqual(done[0]);
  });

  it('When the units on hand are set, then the version goes up by one, and what is held stays held', async () => {
    const made = await added();
    await hold(made.id, 3);
    const expected = { ...made, onHand: 3, held: 3, version: 2, updatedAt: later(7) };
    expect(await stores().products.setOnHand(made.id, 1, 3, later(7))).toEqual(expected);
    expect(await stores().products.find(made.id)).toEqual(expected);
    expect(await hold(made.id, 1)).toBe('short');
  });

  it('When more is held than the units to be set, then nothing changes', async () => {
    const made = await added();
    await hold(made.id, 3);
    expect(await stores().products.setOnHand(made.id, 1, 2, later(7))).toBe('below-reserved');
    expect(await stores().products.find(made.id)).toEqual({ ...made, held: 3 });
  });

  it('When the version is stale and more is held as well, then it is stale that is said', async () => {
    const made = await added();
    await hold(made.id, 3);
    expect(await stores().products.setOnHand(made.id, 7, 2, later(7))).toBe('stale');
  });

  it('When units are held, then neither the version nor the time of the last change moves', async () => {
    const made = await added();
    await hold(made.id, 100);
    expect(await stores().products.find(made.id)).toEqual({ ...made, held: 100 });
  });

  it('When the units are lowered while orders hold them, then never more is held than is there', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => added({ onHand: 5 })));
    await Promise.all(
      made.flatMap(({ id }) => [
        hold(id, 3),
        stores().products.setOnHand(id, 1, 4, later(1)),
        hold(id, 2),
        hold(id, 2),
      ]),
    );
    for (const { id } of made) {
      const after = await stores().products.find(id);
      expect(after?.held).toBeLessThanOrEqual(after?.onHand ?? 0);
      expect(after?.held).toBeGreaterThan(0);
    }
  });
});
