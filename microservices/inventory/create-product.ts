import { routes } from '@duet/shared/contract/routes.ts';
import type { CreateProduct } from '@duet/shared/inventory/create-product.ts';
import { CreateProductInput } from '@duet/shared/inventory/schema.ts';
import { etagOf } from '@duet/shared/kernel/etag.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, created, type HttpHandler, idempotencyOf } from '../edge/json.ts';

/** POST /products on Express. */
export const createProduct =
  (run: CreateProduct): HttpHandler =>
  async (req, res) => {
    const input = parse(CreateProductInput, bodyOf(req));
    const product = await run(input, idempotencyOf(routes.createProduct, req, input));
    created(res, product, { etag: etagOf(product.body.version) });
  };
