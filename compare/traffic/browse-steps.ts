import { PAGE_SIZE } from './mix.ts';
import type { TakeStep } from './visit.ts';

/** Somebody opens a page of the listing. */
export const listProducts: TakeStep = async ({ job, engine }, _visit, { operation, at, pick }) => {
  const { pages } = job.prepared;
  const cursor = pages[pick % pages.length];
  await engine.send({
    operation,
    method: 'GET',
    url: `${job.urls.inventory}/products?limit=${PAGE_SIZE}${cursor ? `&cursor=${cursor}` : ''}`,
    intendedAt: at,
    expected: [200],
  });
};

/** Somebody looks at a product. */
export const getProduct: TakeStep = async ({ job, engine }, _visit, { operation, at, pick }) => {
  await engine.send({
    operation,
    method: 'GET',
    url: `${job.urls.inventory}/products/${job.prepared.products[pick]?.id}`,
    intendedAt: at,
    expected: [200],
  });
};
