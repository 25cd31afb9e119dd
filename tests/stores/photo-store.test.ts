import { newUuid } from '@duet/shared/adapters/system/system.ts';
import type { Photo } from '@duet/shared/images/ports.ts';
import { expect, it } from 'vitest';
import { eachStore, race, tally } from './each-store.ts';
import { awaitingPhoto, idempotencyRecord, later } from './fixtures.ts';

const VARIANTS: Photo['variants'] = [
  { name: '320.webp', width: 320, height: 213 },
  { name: '800.webp', width: 800, height: 533 },
];

const ready = { state: 'READY', reason: null, variants: VARIANTS, updatedAt: later(60_000) } as const;

eachStore('PhotoStore', (stores) => {
  const added = async (change: Partial<Photo> = {}): Promise<Photo> => {
    const photo = awaitingPhoto(change);
    await stores().photos.insert(photo, idempotencyRecord());
    return photo;
  };

  it('When a photo was inserted, then it is found with every field', async () => {
    const photo = awaitingPhoto({ state: 'REJECTED', reason: 'too-large', variants: VARIANTS });
    expect(await stores().photos.insert(photo, idempotencyRecord())).toEqual({ kind: 'created' });
    expect(await stores().photos.find(photo.id)).toEqual(photo);
    expect(await stores().photos.find(newUuid())).toBeUndefined();
  });

  it('When the key is taken, then its record is returned and no photo is added', async () => {
    const record = idempotencyRecord();
    await stores().photos.insert(awaitingPhoto(), record);
    const second = awaitingPhoto();
    const claimed = await stores().photos.insert(second, { ...record, body: 'other', fingerprint: 'other' });
    expect(claimed).toEqual({ kind: 'taken', record });
    expect(await stores().photos.find(second.id)).toBeUndefined();
  });

  it('When 20 workers insert with the same key at once, then one photo is added', async () => {
    const record = idempotencyRecord();
    const rivals = Array.from({ length: 20 }, () => awaitingPhoto());
    const results = await race(20, (worker) => stores().photos.insert(rivals[worker] as Photo, record));
    expect(tally(results.map(({ kind }) => kind))).toEqual({ created: 1, taken: 19 });
    const found = await Promise.all(rivals.map(({ id }) => stores().photos.find(id)));
    expect(found.filter((photo) => photo !== undefined)).toHaveLength(1);
  });

  it('When photos of products are listed, then each product has its own, in order of creation', async () => {
    const [one, two] = [newUuid(), newUuid()];
    const photos = [
      await added({ productId: one }),
      await added({ productId: two }),
      await added({ productId: one }),
      await added({ productId: one }),
    ];
    await added();
    const listed = await stores().photos.listByProducts([two, one, newUuid()]);
    expect(listed).toHaveLength(4);
    expect(listed.filter(({ productId }) => productId === two)).toEqual([photos[1]]);
    expect(listed.filter(({ productId }) => productId === one)).toEqual([photos[0], photos[2], photos[3]]);
  });

  it('When no product is named, then no photo is listed', async () => {
    await added();
    expect(await stores().photos.listByProducts([])).toEqual([]);
  });

  it('When a photo is in one of the states named, then it moves on', async () => {
    const photo = await added();
    expect(await stores().photos.move(photo.id, ['PROCESSING', 'AWAITING'], ready)).toBe(true);
    expect(await stores().photos.find(photo.id)).toEqual({ ...photo, ...ready });
  });

  it('When a photo is in another state, or there is none, then nothing changes', async () => {
    const photo = await added();
    expect(await stores().photos.move(photo.id, ['PROCESSING'], ready)).toBe(false);
    expect(await stores().photos.find(photo.id)).toEqual(photo);
    const missing = newUuid();
    expect(await stores().photos.move(missing, ['AWAITING'], ready)).toBe(false);
    expect(await stores().photos.find(missing)).toBeUndefined();
  });

  it('When 20 workers move a photo out of a state at once, then one of them did', async () => {
    const photo = await added();
    const results = await race(20, (worker) =>
      stores().photos.move(photo.id, ['AWAITING'], { ...ready, updatedAt: later(worker) }),
    );
    expect(results.filter((moved) => moved)).toHaveLength(1);
    expect((await stores().photos.find(photo.id))?.updatedAt).toBe(later(results.indexOf(true)));
  });

  it('When unfinished photos are asked for, then those that last changed before come, oldest first', async () => {
    const second = await added({ updatedAt: later(2), state: 'PROCESSING' });
    const first = await added({ updatedAt: later(1) });
    const third = await added({ updatedAt: later(3) });
    await added({ updatedAt: later(4) });
    await added({ updatedAt: later(0), state: 'READY' });
    await added({ updatedAt: later(0), state: 'REJECTED', reason: 'never-arrived' });
    expect(await stores().photos.unfinished(later(4), 10)).toEqual([first, second, third]);
    expect(await stores().photos.unfinished(later(4), 2)).toEqual([first, second]);
  });

  it('When a photo has moved on to its end, then it is not unfinished any more', async () => {
    const photo = await added();
    await stores().photos.move(photo.id, ['AWAITING'], {
      ...ready,
      state: 'PROCESSING',
      updatedAt: later(5),
    });
    expect(await stores().photos.unfinished(later(5), 10)).toEqual([]);
    expect((await stores().photos.unfinished(later(6), 10)).map(({ id }) => id)).toEqual([photo.id]);
    await stores().photos.move(photo.id, ['PROCESSING'], ready);
    expect(await stores().photos.unfinished(later(900_000), 10)).toEqual([]);
  });
});
