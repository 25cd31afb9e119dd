import { afterAll, beforeAll, describe } from 'vitest';
import { startInProcess } from '../support/in-process.ts';
import type { Shop } from '../support/shop.ts';
import { supertestWire } from '../support/supertest-wire.ts';
import { contractSuite } from './contract-suite.ts';
import { everything } from './sections.ts';

describe('The contract, microservices in process', () => {
  let shop: Shop;
  let stop = async () => {};

  beforeAll(async () => {
    ({ shop, stop } = await startInProcess('microservices in process', supertestWire));
  });
  afterAll(() => stop());

  contractSuite(everything, () => shop, { concurrent: true });
});
