import { newUuid } from '@duet/shared/adapters/system/system.ts';
import type { AttemptLimit } from '@duet/shared/auth/ports.ts';
import { expect, it } from 'vitest';
import { eachStore, race } from './each-store.ts';
import { NOW } from './fixtures.ts';

const MINUTE = 60_000;

const limitOf = (limit: number, windowMs = MINUTE): AttemptLimit => ({ key: newUuid(), limit, windowMs });

eachStore('AttemptStore', (stores, { forgets }) => {
  const take = (limits: AttemptLimit[], now = NOW) => stores().attempts.take(limits, now);
  /** How many attempts are still allowed. */
  const left = async (limit: AttemptLimit, now = NOW): Promise<number> => {
    for (let taken = 0; ; taken += 1) if ((await take([limit], now)) > 0) return taken;
  };

  it('When attempts stay within the limit, then each is allowed, and the next one waits for the window to end', async () => {
    const limit = limitOf(3);
    expect([await take([limit]), await take([limit]), await take([limit])]).toEqual([0, 0, 0]);
    const wait = await take([limit]);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(MINUTE);
    expect(await take([limit], NOW + wait - 1)).toBe(1);
    expect(await take([limit], NOW + wait)).toBe(0);
  });

  it('When the window has ended, then the whole limit is there again', async () => {
    const limit = limitOf(3);
    expect(await left(limit)).toBe(3);
    expect(await left(limit, NOW + MINUTE)).toBe(3);
  });

  it('When one key is exhausted, then another is not', async () => {
    const limit = limitOf(2);
    await left(limit);
    expect(await take([limitOf(2)])).toBe(0);
  });

  it('When one of several limits is exhausted, then none of them counts the attempt', async () => {
    const [before, full, after] = [limitOf(2), limitOf(1), limitOf(2)];
    await take([full]);
    expect(await take([before, full, after])).toBeGreaterThan(0);
    expect(await left(before)).toBe(2);
    expect(await left(after)).toBe(2);
  });

  it('When several limits are exhausted, then the wait is the longest of theirs', async () => {
    const [short, long] = [limitOf(1), limitOf(1, 60 * MINUTE)];
    await take([short, long]);
    const wait = await take([short, long]);
    expect(await take([short, long], NOW + wait - 1)).toBeGreaterThan(0);
    expect(await take([short, long], NOW + wait)).toBe(0);
  });

  it('When an attempt is refunded, then it is allowed again, against every limit', async () => {
    const [one, two] = [limitOf(1), limitOf(2)];
    await take([one, two]);
    await stores().attempts.refund([one, two], NOW);
    expect(await left(one)).toBe(1);
    expect(await left(two)).toBe(2);
  });

  it('When more is refunded than was taken, then the limit does not grow', async () => {
    const limit = limitOf(2);
    await stores().attempts.refund([limit], NOW);
    await take([limit]);
    await stores().attempts.refund([limit], NOW);
    await stores().attempts.refund([limit], NOW);
    expect(await left(limit)).toBe(2);
  });

  it('When 20 workers attempt at once, then exactly the limit is allowed', async () => {
    const limits = [limitOf(7), limitOf(50)];
    const waits = await race(20, () => take(limits));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(7);
    expect(await left(limits[1] as AttemptLimit)).toBe(43);
  });

  it('When 20 workers attempt and refund the same limits in different orders, then none fails', async () => {
    const limits = [limitOf(1000), limitOf(1000), limitOf(1000)];
    await race(20, async (worker) => {
      const mine = worker % 2 === 0 ? limits : limits.toReversed();
      for (let round = 0; round < 5; round += 1) {
        expect(await take(mine)).toBe(0);
        await stores().attempts.refund(mine.toReversed(), NOW);
      }
    });
    expect(await take(limits)).toBe(0);
  });

  it.runIf(forgets === 'on-request')(
    'When ended windows are removed, then those that run keep their counts',
    async () => {
      const limit = limitOf(2);
      const wait = (await left(limit)) && (await take([limit]));
      await stores().attempts.removeExpired(NOW + wait - 1);
      expect(await take([limit])).toBe(wait);
      await stores().attempts.removeExpired(NOW + wait + 1);
      expect(await take([limit])).toBe(0);
    },
  );
});
