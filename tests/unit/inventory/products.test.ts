import { ProductView } from '@duet/shared/inventory/schema.ts';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { ada, idOf, makeWorld, scopeOf } from '../support/world.ts';

const edit = { name: 'Desk', description: 'Oak.', priceCents: 9_900 };
const admin = { id: idOf(1, 0xad), role: 'admin' } as const;

describe('POST /products', () => {
  it('When it is added without stock, then it has none, and its version is 1', async () => {
    const world = makeWorld();
    const created = await world.createProduct(edit, scopeOf(admin, 'create-product', edit));
    expect(ProductView.parse(created.body)).toMatchObject({
      ...edit,
      version: 1,
      stock: { onHand: 0, held: 0, available: 0 },
    });
    expect(created).toMatchObject({ status: 201, location: `/products/${created.body.id}` });
  });

  it('When the same request comes again, then there is one product', async () => {
    const world = makeWorld();
    const scope = scopeOf(admin, 'create-product', edit);
    const first = await world.createProduct(edit, scope);
    expect(await world.createProduct(edit, scope)).toEqual({ ...first, replayed: true });
    expect((await world.listProducts({})).items).toHaveLength(1);
  });
});

describe('GET /products', () => {
  it('When pages are read while products are added, then every earlier one comes once, in order', async () => {
    const world = makeWorld();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await world.stockUp(1));
    const first = await world.listProducts({ limit: 2 });
    ids.push(await world.stockUp(1));
    const second = await world.listProducts({ limit: 100, cursor: atob(first.nextCursor ?? '') });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });
});

describe('PUT /products/{id}', () => {
  it('When the version is the current one, then the product changes and the version goes up', async () => {
    const world = makeWorld();
    const id = await world.stockUp(3);
    world.time.now += 1_000;
    const updated = await world.updateProduct(id, 1, edit);
    expect(updated).toMatchObject({ ...edit, version: 2, stock: { onHand: 3 } });
    expect(updated.updatedAt > updated.createdAt).toBe(true);
  });

  it('When two edits start from the same version, then the second is refused and changes nothing', async () => {
    const world = makeWorld();
    const id = await world.stockUp(3);
    await world.updateProduct(id, 1, edit);
    expect(await codeOfPromise(world.updateProduct(id, 1, { ...edit, name: 'Lost' }))).toBe(
      'precondition-failed',
    );
    expect(await world.getProduct(id)).toMatchObject({ name: 'Desk', version: 2 });
  });

  it('When a sale comes in between, then the edit is not stale', async () => {
    const world = makeWorld();
    const id = await world.stockUp(3);
    await world.order(ada, [id, 1]);
    await world.settle();
    expect(await world.updateProduct(id, 1, edit)).toMatchObject({
      version: 2,
      stock: { onHand: 3, held: 1, available: 2 },
    });
  });

  it('When the product is unknown, then it is not found', async () => {
    expect(await codeOfPromise(makeWorld().updateProduct(idOf(4, 4), 1, edit))).toBe('not-found');
    expect(await codeOfPromise(makeWorld().getProduct(idOf(4, 4)))).toBe('not-found');
  });
});

describe('PUT /products/{id}/stock', () => {
  it.each([
    ['stale', 7, 5, 'precondition-failed'],
    ['below what is held', 1, 1, 'stock-below-reserved'],
    ['exactly what is held', 1, 2, undefined],
    ['more', 1, 100, undefined],
  ] as const)('When the count is %s, then it is answered as documented', async (_, version, onHand, code) => {
    const world = makeWorld();
    const id = await world.stockUp(3);
    await world.order(ada, [id, 2]);
    await world.settle();
    expect(await codeOfPromise(world.setStock(id, version, { onHand }))).toBe(code);
    const kept = code === undefined ? onHand : 3;
    expect(await world.getProduct(id)).toMatchObject({
      stock: { onHand: kept, held: 2, available: kept - 2 },
    });
  });

  it('When the product is unknown, then it is not found', async () => {
    expect(await codeOfPromise(makeWorld().setStock(idOf(4, 4), 1, { onHand: 1 }))).toBe('not-found');
  });
});
