import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import pg from 'pg';
import { v7 } from 'uuid';
import * as z from 'zod';
import { environment } from '../shared/kernel/config.ts';

/**
 * The baseline of POST /orders: a bare Express 5 service with express.json, a zod schema, jose's verification of the same tokens
 * against the same keys, and the same transaction: the order, its idempotency record and its event in one prepared
 * statement. As lean as one would write it by hand: no log, no limits, no problem documents, no replay.
 */
const env = environment();
const pool = new pg.Pool({ connectionString: env['DATABASE_URL'], max: 10 });
const keys = createRemoteJWKSet(new URL(env['JWKS_URL'] ?? ''));
const app = express();
app.disable('x-powered-by');
app.disable('etag');

const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const Line = z.strictObject({ productId: uuid, quantity: z.int().min(1).max(1000) });
const Input = z.strictObject({ lines: z.array(Line).min(1).max(20) });

const PLACE = {
  name: 'place',
  text: `
    with claimed as (
      insert into idempotency (user_id, route, key, fingerprint, status, location, body)
      values ($1, 'place-order', $2, '', 202, $3, $4) on conflict do nothing returning 1
    ), placed as (
      insert into orders (id, user_id, state, reason, lines, placed_at, updated_at, sweeps, sweep_at)
      select $5::uuid, $1::uuid, 'PENDING', null, $6::jsonb, $7::timestamptz, $7::timestamptz, 0, $8::timestamptz from claimed
    ), told as (
      insert into outbox (id, event, due_at) select $9::uuid, $10::json, $7::timestamptz from claimed
    )
    select count(*)::int as created from claimed`,
};

const verify = async (token: string): Promise<string | undefined> => {
  const use = { typ: 'at+jwt', issuer: 'duet-auth', audience: 'duet-shop' };
  return (await jwtVerify(token, keys, { algorithms: ['EdDSA'], ...use })).payload.sub;
};

app.get('/readyz', (_req, res) => void res.end());
app.post('/orders', express.json({ limit: '64kb' }), async (req, res) => {
  const token = (req.headers.authorization ?? '').replace(/^Bearer /, '');
  const sub = await verify(token);
  const { lines } = Input.parse(req.body);
  const [id, eventId, now] = [v7(), v7(), Date.now()];
  const time = new Date(now).toISOString();
  const ordered = lines.map((line) => ({ ...line, unitPriceCents: null }));
  const view = {
    ...{ id, state: 'PENDING', reason: null, lines: ordered, totalCents: null },
    ...{ currency: 'EUR', placedAt: time, updatedAt: time },
  };
  const event = {
    ...{
      specversion: '1.0',
      id: eventId,
      source: '/orders',
      subject: id,
      time,
      datacontenttype: 'application/json',
    },
    ...{ type: 'order-placed', data: { lines } },
  };
  const location = `/orders/${id}`;
  const sweepAt = new Date(now + 30_000).toISOString();
  await pool.query({
    ...PLACE,
    values: [
      ...[sub, req.headers['idempotency-key'], location, JSON.stringify(view)],
      ...[id, JSON.stringify(ordered), time, sweepAt, eventId, JSON.stringify(event)],
    ],
  });
  res.status(202).location(location).json(view);
});
app.listen(Number(env['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
