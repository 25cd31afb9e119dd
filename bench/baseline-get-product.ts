import express from 'express';
import pg from 'pg';
import { environment } from '../shared/kernel/config.ts';

/**
 * The baseline of GET /products/{id}: a bare Express 5 service with the same two prepared queries and the same JSON, as lean
 * as one would write it by hand. No schema, no log, no time limits, no problem documents.
 */
const env = environment();
const pool = new pg.Pool({ connectionString: env['DATABASE_URL'], max: 10 });
const app = express();
app.disable('x-powered-by');
app.disable('etag');

const PRODUCT = {
  name: 'product',
  text: `select id, name, description, price_cents as "priceCents", on_hand as "onHand", held, version,
    created_at as "createdAt", updated_at as "updatedAt" from products where id = $1`,
};
const PHOTOS = {
  name: 'photos',
  text: `select id, product_id as "productId", content_type as "contentType", state, reason, variants, created_at as "createdAt",
    updated_at as "updatedAt" from photos where product_id = any($1::uuid[]) order by product_id, id`,
};

type Variant = { name: string; width: number; height: number };

app.get('/readyz', (_req, res) => void res.end());
app.get('/products/:id', async (req, res) => {
  const { id } = req.params;
  const [products, photos] = await Promise.all([
    pool.query({ ...PRODUCT, values: [id] }),
    pool.query({ ...PHOTOS, values: [[id]] }),
  ]);
  const product = products.rows[0];
  if (!product) return void res.status(404).end();
  const { onHand, held, version, createdAt, updatedAt, ...rest } = product;
  res.set('etag', `"${version}"`);
  return void res.json({
    ...rest,
    currency: 'EUR',
    stock: { onHand, held, available: onHand - held },
    photos: photos.rows.map((photo) => ({
      id: photo.id,
      state: photo.state,
      reason: photo.reason,
      variants: photo.variants.map(({ name, width, height }: Variant) => ({
        width,
        height,
        url: `/images/${photo.id}/${name}`,
      })),
    })),
    version,
    createdAt,
    updatedAt,
  });
});
app.listen(Number(env['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
