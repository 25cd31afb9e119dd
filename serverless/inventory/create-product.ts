import * as routes from '@duet/shared/contract/rows.ts';
import type { CreateProduct } from '@duet/shared/inventory/create-product.ts';
import { CreateProductInput } from '@duet/shared/inventory/schema.ts';
import { etagOf } from '@duet/shared/kernel/etag.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, created, type HttpHandler, idempotencyOf } from '../edge/json.ts';

/** POST /products on Lambda. */
export const createProduct =
  (run: CreateProduct): HttpHandler =>
  async (event) => {
    const input = parse(CreateProductInput, bodyOf(event));
    const product = await run(input, idempotencyOf(routes.createProduct, event, input));
    return created(product, { etag: etagOf(product.body.version) });
  };
