import { environment } from '@duet/shared/kernel/config.ts';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { openStack } from '../support/stack-client.ts';
import { makeHttpWire } from '../support/wire.ts';
import { compareShops } from './parity.ts';

const env = environment();

/** `npm run parity` takes any number of steps, any seed, and any two stacks. */
const STEPS = Number(env['PARITY_STEPS'] ?? 300);
const SEED = Number(env['PARITY_SEED'] ?? 20_261_122);

describe('Parity', () => {
  const { wire, close } = makeHttpWire();
  afterAll(close);

  it(`When ${STEPS} random steps are taken on both stacks, then their traces are identical`, async () => {
    const url = inject('stacksUrl');
    const [left, right] = await Promise.all([
      openStack(url, 'microservices-postgres', wire),
      openStack(url, 'serverless-dynamodb', wire),
    ]);
    const result = await compareShops({ left: left.shop, right: right.shop, steps: STEPS, seed: SEED });
    expect(result.difference ?? 'none').toBe('none');
    expect(result.steps).toBeGreaterThanOrEqual(STEPS);
  });
});
