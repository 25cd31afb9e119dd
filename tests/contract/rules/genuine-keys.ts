import assert from 'node:assert/strict';
import type { AwsAccess } from '@duet/shared/adapters/aws/access.ts';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeKeyStore as makeDynamoKeyStore } from '@duet/shared/adapters/dynamodb/key-store.ts';
import { makeImageStore as makeFileStore } from '@duet/shared/adapters/files/image-store.ts';
import { makeKeyStore as makePostgresKeyStore } from '@duet/shared/adapters/postgres/key-store.ts';
import { makePool } from '@duet/shared/adapters/postgres/pool.ts';
import { makeImageStore as makeS3Store } from '@duet/shared/adapters/s3/image-store.ts';
import { UPLOAD_SECONDS, type UploadForm } from '@duet/shared/images/schema.ts';
import type { Clock } from '@duet/shared/kernel/ids.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import { makeSignToken, type SigningKey } from '@duet/shared/kernel/token.ts';
import { CompactSign, importJWK } from 'jose';
import { newProduct, unknownId } from '../../support/goods.ts';
import { administrator } from '../../support/people.ts';
import { drawPhoto, finishedPhoto, requestUpload, upload } from '../../support/photos.ts';
import { call } from '../../support/shop.ts';
import type { StackInHand } from '../../support/stack-client.ts';
import { stackOf, storeOf } from '../../support/stack-names.ts';
import { example } from './examples.ts';
import type { FaultRule } from './faults.ts';

const variable = ({ running }: StackInHand, name: string): string => running.env[name] ?? '';

const access = (stack: StackInHand, service: 'DYNAMODB' | 'S3'): AwsAccess => ({
  region: variable(stack, 'AWS_REGION'),
  endpoint: variable(stack, `AWS_ENDPOINT_URL_${service}`),
  credentials: () => ({
    accessKeyId: variable(stack, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: variable(stack, 'AWS_SECRET_ACCESS_KEY'),
  }),
});

/** The signing keys of a context, out of its own store: what nobody outside of the stack ever has. */
const keysOf = async (stack: StackInHand, context: 'auth' | 'inventory'): Promise<readonly SigningKey[]> => {
  if (storeOf(stack.running.name) === 'dynamodb') {
    const stage = stackOf(stack.running.name) === 'serverless' ? 'local' : 'services';
    const client = makeDynamoClient(access(stack, 'DYNAMODB'));
    return makeDynamoKeyStore({ client, table: `duet-${stage}-${context}` }).list();
  }
  const url = variable(stack, `${context.toUpperCase()}_DATABASE_URL`);
  const pool = makePool({ url, max: 1, log: silentLog });
  try {
    return await makePostgresKeyStore({ pool }).list();
  } finally {
    await pool.end();
  }
};

type Parts = { readonly header: Record<string, unknown>; readonly claims: Record<string, unknown> };

/** Tokens that auth's own key has signed, and that are good for nothing all the same. */
const hostile = ({ header, claims }: Parts): Record<string, Parts> => {
  const now = Math.floor(Date.now() / 1000);
  const claim = (changed: object): Parts => ({ header, claims: { ...claims, ...changed } });
  const head = (changed: object): Parts => ({ header: { ...header, ...changed }, claims });
  return {
    'expired a moment ago': claim({ exp: now - 1 }),
    'without an end': claim({ exp: undefined }),
    'with an end beyond all time': claim({ exp: 1e308 }),
    'with an end that is a text': claim({ exp: String(now + 900) }),
    'from another issuer': claim({ iss: 'somebody' }),
    'for another audience': claim({ aud: 'duet-orders-events' }),
    'for two audiences': claim({ aud: ['duet-shop', 'duet-orders-events'] }),
    'not valid yet': claim({ nbf: now + 600 }),
    'without a subject': claim({ sub: undefined }),
    'with a subject that is no id': claim({ sub: 'admin' }),
    'with an object as subject': claim({ sub: { id: claims['sub'] } }),
    'with an unknown role': claim({ role: 'root' }),
    'with two roles': claim({ role: ['customer', 'admin'] }),
    'without a role': claim({ role: undefined }),
    'without a token id': claim({ jti: undefined }),
    'without a time of issue': claim({ iat: undefined }),
    'without a key id': head({ kid: undefined }),
    'of another type': head({ typ: 'JWT' }),
    'of a service': head({ typ: 'service+jwt' }),
    'without a type': head({ typ: undefined }),
  };
};

const genuineTokens = async (stack: StackInHand): Promise<void> => {
  const { shop } = stack;
  const [key] = await keysOf(stack, 'auth');
  assert.ok(key, 'auth has a signing key');
  const privateKey = await importJWK(key.privateJwk, 'EdDSA');
  const sign = ({ header, claims }: Parts): Promise<string> =>
    new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'EdDSA', ...header })
      .sign(privateKey);
  const now = Math.floor(Date.now() / 1000);
  const { id: sub } = await administrator(shop);
  const good: Parts = {
    header: { typ: 'at+jwt', kid: key.kid },
    claims: {
      iss: 'duet-auth',
      aud: 'duet-shop',
      sub,
      role: 'admin',
      iat: now,
      exp: now + 900,
      jti: unknownId(),
    },
  };
  const use = async (token: string, route: 'createProduct' | 'placeOrder') =>
    (await call(shop, route, { ...example(route), token })).code ?? 'accepted';
  for (const route of ['createProduct', 'placeOrder'] as const) {
    assert.equal(await use(await sign(good), route), 'accepted');
    for (const [what, parts] of Object.entries(hostile(good)))
      assert.equal(await use(await sign(parts), route), 'unauthenticated', `${route} took a token ${what}`);
  }
};

/** Makes a form as the stack itself does, at a time of one's own. */
const formOf = async (stack: StackInHand, like: UploadForm, clock: Clock): Promise<UploadForm> => {
  const { key = '' } = like.fields;
  const wanted = { key, contentType: 'image/jpeg', expiresAt: clock() + UPLOAD_SECONDS * 1000 } as const;
  if (stackOf(stack.running.name) === 'serverless') {
    const bucket = new URL(like.url).pathname.split('/')[1] ?? '';
    return makeS3Store({ ...access(stack, 'S3'), bucket }).presign(wanted);
  }
  const keys = await keysOf(stack, 'inventory');
  const sign = makeSignToken({ keys: async () => keys, clock, newId: unknownId });
  return makeFileStore({ dir: '/nowhere', uploadUrl: like.url, sign, clock }).presign(wanted);
};

const expiredForm = async (stack: StackInHand): Promise<void> => {
  const { shop } = stack;
  const { id } = await newProduct(shop);
  const { imageId, upload: form } = await requestUpload(shop, id);
  const photo = await drawPhoto(40, 30);
  const minute = 60_000;
  const late = await formOf(stack, form, () => Date.now() - UPLOAD_SECONDS * 1000 - minute);
  assert.equal((await upload(shop, late, photo)).status, 403);
  const inTime = await formOf(stack, form, () => Date.now() - minute);
  assert.equal((await upload(shop, inTime, photo)).status, 204);
  assert.equal((await finishedPhoto(shop, id, imageId)).state, 'READY');
};

/** What only somebody with the stack's own keys could try. */
export const genuineKeys: readonly FaultRule[] = [
  {
    title:
      "When a token is signed with auth's own key but is not exactly an access token of today, then it is refused",
    run: genuineTokens,
  },
  {
    title:
      'When the 5 minutes of an upload form are over, then the upload is refused; a minute before it is taken',
    run: expiredForm,
  },
];
