import { describe, expect, it } from 'vitest';
import { reduce } from './reduce.ts';

/** Fails when all of these are there, in this order. */
const needs =
  (...wanted: number[]) =>
  async (items: readonly number[]): Promise<Error | undefined> => {
    const kept = items.filter((item) => wanted.includes(item));
    return kept.join() === wanted.join() ? new Error(items.join()) : undefined;
  };

const range = Array.from({ length: 40 }, (_, index) => index);
const found = { items: range, error: new Error('all') };

describe('reduce', () => {
  it.for([[[39]], [[0]], [[3, 17]], [[0, 20, 39]], [[5, 6, 7, 8]]])(
    'When %j are needed, then nothing else stays',
    async ([wanted]) => {
      const { items, error } = await reduce(found, needs(...(wanted ?? [])), Date.now() + 5_000);
      expect(items).toEqual(wanted);
      expect(error.message).toBe(wanted?.join());
    },
  );

  it('When the time is up, then what has been reached is returned', async () => {
    expect(await reduce(found, needs(3), 0)).toBe(found);
  });
});
