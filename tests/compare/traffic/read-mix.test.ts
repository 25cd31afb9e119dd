import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../compare/options.ts';
import { KIND_NAMES, KINDS, MIXES, type Operation, type Step } from '../../../compare/traffic/mix.ts';
import { findMix, meanRequests, readMix } from '../../../compare/traffic/read-mix.ts';

/** What must have been done before, in the same session. */
const NEEDS: Partial<Record<Operation, Operation>> = {
  'repeat-order': 'place-order',
  'cancel-order': 'place-order',
  'set-stock': 'check-stock',
  'upload-photo': 'request-upload',
};

describe('readMix', () => {
  it('When a mix has a name, then it is that one', () => {
    for (const name of Object.keys(MIXES) as (keyof typeof MIXES)[]) {
      expect(readMix(name)).toMatchObject({ name, weights: MIXES[name].weights });
    }
  });

  it('When it is JSON, then what it leaves out is as usual', () => {
    const mix = readMix('{"weights": {"browser": 3, "returning": 1}, "zipf": 0}');
    expect(mix).toEqual({ name: 'own', weights: { browser: 3, returning: 1 }, zipf: 0, thinkSeconds: 0.5 });
    // 4.8 - 1 and 3.4 requests: those that may be left out count by their chance.
    expect(meanRequests(mix)).toBeCloseTo((3 * 3.8 + 3.4) / 4);
  });

  it.each([
    ['nonsense', 'There is no mix "nonsense"'],
    ['{"weights": ', 'JSON'],
    ['{"weights": {"robber": 1}}', 'robber'],
    ['{"weights": {"browser": -1}}', 'weights.browser'],
    ['{"weights": {"browser": 0}}', 'No kind has a weight above 0.'],
    ['{"weights": {"browser": 1}, "speed": 3}', 'speed'],
    ['[]', 'The mix'],
  ])('When it is %s, then it says what is wrong and what there is', (text, message) => {
    const read = () => readMix(text);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
    expect(read).toThrow('A mix is one of shop, browse, orders, photos');
  });

  it('When a file is named, then it is read; when there is none, then it says so', () => {
    const dir = mkdtempSync(join(tmpdir(), 'duet-mix-'));
    try {
      const path = join(dir, 'mine.json');
      writeFileSync(path, '{"name": "mine", "weights": {"buyer": 1}}');
      expect(findMix(path)).toMatchObject({ name: 'mine', weights: { buyer: 1 } });
      expect(findMix('orders').name).toBe('orders');
      expect(() => findMix(join(dir, 'other.json'))).toThrow('ENOENT');
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('KINDS', () => {
  it.each(KIND_NAMES)('When a %s does something, then what it depends on was surely done before', (kind) => {
    const done = new Set<Operation>();
    for (const { operation, chance } of KINDS[kind] as readonly Step[]) {
      const needed = NEEDS[operation];
      if (needed) expect(done).toContain(needed);
      if (chance === 1) done.add(operation);
    }
  });
});
