import { closeSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type FifoPair, makeFifoStock } from '../../../local/lambda/environment/fifos.ts';
import { until } from '../../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'duet-fifos-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

const closePair = (pair: FifoPair): void => {
  for (const fd of Object.values(pair)) closeSync(fd);
};

describe('The stock of pipes', () => {
  it('When more are taken than were made at first, then more are made, and none keeps its name', async () => {
    const stock = await makeFifoStock(join(dir, 'many'));
    for (let taken = 0; taken < 400; taken += 1)
      closePair(await until('there is a pair', async () => stock.take(), { everyMs: 1 }));
    await stock.close();
    const left = readdirSync(join(dir, 'many')).length;
    for (let pair = stock.take(); pair; pair = stock.take()) closePair(pair);
    expect(left).toBeGreaterThan(0);
    expect(readdirSync(join(dir, 'many'))).toEqual([]);
  });

  it('When they cannot be made, then there are none, and nobody fails for it', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const stock = await makeFifoStock(join(dir, 'none'));
    expect(stock.take()).toBeUndefined();
    await stock.close();
  });

  it('When the folder is gone, then there are none any more, and nothing stays open', async () => {
    const stock = await makeFifoStock(join(dir, 'gone'));
    rmSync(join(dir, 'gone'), { recursive: true });
    const openBefore = readdirSync('/proc/self/fd').length;
    expect(stock.take()).toBeUndefined();
    expect(readdirSync('/proc/self/fd')).toHaveLength(openBefore);
    await stock.close();
  });
});
