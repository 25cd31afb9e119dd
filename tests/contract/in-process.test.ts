import { afterAll, beforeAll, describe } from 'vitest';
import { startInProcess } from '../support/in-process.ts';
import type { Shop } from '../support/shop.ts';
import { makeHttpWire } from '../support/wire.ts';
import { contractSuite } from './contract-suite.ts';
import { everything } from './sections.ts';

describe('The contract, microservices in process', () => {
  let shop: Shop;
  let stop = async () => {};
  const { wire, close } = makeHttpWire();

  beforeAll(async () => {
    ({ shop, stop } = await startInProcess('microservices in process', wire));
  });
  afterAll(async () => {
    close();
    await stop();
  });

  contractSuite(everything, () => shop, { concurrent: true });
});
