import { describe, expect, it } from 'vitest';
import { quickHasher, startInProcess } from '../support/in-process.ts';
import { mutants } from '../support/mutants.ts';
import { makeHttpWire } from '../support/wire.ts';
import { compareShops, type ParityResult } from './parity.ts';

/** Compares a sound stack with another one, both in this process. */
const compareWithSound = async (
  name: string,
  replaced: Parameters<typeof startInProcess>[2],
): Promise<ParityResult> => {
  const { wire, close } = makeHttpWire();
  const [left, right] = await Promise.all([
    startInProcess('a sound stack', wire, { hasher: quickHasher }),
    startInProcess(name, wire, { ...replaced, hasher: quickHasher }),
  ]);
  try {
    return await compareShops({ left: left.shop, right: right.shop, steps: 400, seed: 7 });
  } finally {
    close();
    await Promise.all([left.stop(), right.stop()]);
  }
};

describe('Parity fails on a stack that is broken on purpose', () => {
  it('When nothing is broken, then the traces are identical', async () => {
    const { difference, steps } = await compareWithSound('another sound stack', {});
    expect(difference).toBeUndefined();
    expect(steps).toBeGreaterThanOrEqual(400);
  });

  it.for(mutants)(
    'When $name, then the difference is found and reduced to a few steps',
    async ({ name, replaced }) => {
      const { difference = '' } = await compareWithSound(name, replaced);
      expect(difference).toMatch(/^The two stacks differ \(seed 7/);
      const listed = difference.split('\n').filter((line) => /^ +\d+\. /.test(line));
      expect(listed.length).toBeGreaterThan(0);
      expect(listed.length).toBeLessThanOrEqual(8);
    },
  );
});
