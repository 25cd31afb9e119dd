import assert from 'node:assert/strict';
import type { AwsAccess } from '@duet/shared/adapters/aws/access.ts';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeOrderStore } from '@duet/shared/adapters/dynamodb/order-store.ts';
import { makePhotoStore } from '@duet/shared/adapters/dynamodb/photo-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/dynamodb/reservation-store.ts';
import { makeQueue, makeSqsCall } from '@duet/shared/adapters/sqs/queue.ts';
import { type DomainEvent, envelopeOf, type StockReserved } from '@duet/shared/events/event.ts';
import { uploadKey } from '@duet/shared/images/keys.ts';
import type { Photo } from '@duet/shared/images/ports.ts';
import type { Order } from '@duet/shared/orders/ports.ts';
import type { RoleUse } from '../../../local/cloud/callers.ts';
import { newKey, unknownId } from '../../support/goods.ts';
import { refused } from '../../support/shop.ts';
import type { StackInHand } from '../../support/stack-client.ts';
import { until } from '../../support/until.ts';
import type { FaultRule } from './faults.ts';

/**
 * Granted things that no test has to see used. Lambda itself sends to a failure destination, in the function's role; and
 * getJwks makes the first signing key only when it is asked before anybody has logged in, which is chance.
 */
const UNSEEN: readonly RegExp[] = [
  /^resizeImage sqs:SendMessage .*:duet-local-resize-image-dlq$/,
  /^getJwks dynamodb:PutItem /,
];

/** Long past every limit of a sweep, in ms. */
const HOURS_AGO = 3 * 3_600_000;

const MOST_TRIES = 8;

const variable = ({ running }: StackInHand, name: string): string => running.env[name] ?? '';

const rolesOf = async (stack: StackInHand): Promise<readonly RoleUse[]> => {
  const reply = await fetch(`${variable(stack, 'CLOUD_CONTROL_URL')}/roles`);
  return ((await reply.json()) as { roles: RoleUse[] }).roles;
};

const access = (stack: StackInHand, service: 'DYNAMODB' | 'SQS'): AwsAccess => ({
  region: variable(stack, 'AWS_REGION'),
  endpoint: variable(stack, `AWS_ENDPOINT_URL_${service}`),
  credentials: () => ({
    accessKeyId: variable(stack, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: variable(stack, 'AWS_SECRET_ACCESS_KEY'),
  }),
});

const record = () => ({
  ...{ userId: unknownId(), route: 'planted', key: newKey(), fingerprint: '' },
  ...{ status: 202, location: '/', body: '{}' },
});

/** Plants orders as a fallen-over stack leaves them: too long PENDING, and events that nobody has sent. */
const plantOrders = async (stack: StackInHand): Promise<void> => {
  const client = makeDynamoClient(access(stack, 'DYNAMODB'));
  const orders = makeOrderStore({ client, table: 'duet-local-orders' });
  const now = Date.now();
  const plant = async (age: number, state: Order['state'], events: readonly ('placed' | 'closed')[]) => {
    const [id, placedAt] = [unknownId(), new Date(now - age).toISOString()];
    const lines = [{ productId: unknownId(), quantity: 1, unitPriceCents: null }];
    const order = {
      id,
      userId: unknownId(),
      state,
      reason: null,
      lines,
      placedAt,
      updatedAt: placedAt,
      sweeps: 0,
    };
    const envelope = () => envelopeOf('orders', unknownId(), id, now - age);
    const wanted = lines.map(({ productId, quantity }) => ({ productId, quantity }));
    const told = events.map(
      (event): DomainEvent =>
        event === 'closed'
          ? { ...envelope(), type: 'order-closed', data: {} }
          : { ...envelope(), type: 'order-placed', data: { lines: wanted } },
    );
    await orders.place(order, state === 'PENDING' ? now - 1 : now + HOURS_AGO, record(), told);
    return id;
  };
  await plant(60_000, 'PENDING', []);
  await plant(HOURS_AGO, 'PENDING', []);
  await plant(60_000, 'CANCELLED', ['placed', 'closed']);

  const cancelled = await plant(60_000, 'CANCELLED', []);
  const reserved: StockReserved = {
    ...envelopeOf('inventory', unknownId(), cancelled, now),
    type: 'stock-reserved',
    data: { lines: [{ productId: unknownId(), quantity: 1, unitPriceCents: 100 }] },
  };
  const url = `${variable(stack, 'AWS_ENDPOINT_URL_SQS')}/000000000000/duet-local-settle-order`;
  await makeQueue({ sqs: makeSqsCall(access(stack, 'SQS')), url }).send([JSON.stringify(reserved)]);

  const inventory = makeReservationStore({ client, table: 'duet-local-inventory' });
  const answer = {
    ...envelopeOf('inventory', unknownId(), cancelled, now),
    type: 'stock-rejected',
    data: { reason: 'out-of-stock' },
  } as const;
  await inventory.tellAgain({ eventId: unknownId(), receivedAt: now }, [answer]);
};

/** Plants photos whose objects are not there: one that never arrived, one to resize, one that is READY. */
const plantPhotos = async (stack: StackInHand): Promise<void> => {
  const photos = makePhotoStore({
    client: makeDynamoClient(access(stack, 'DYNAMODB')),
    table: 'duet-local-images',
  });
  const plant = async (age: number, state: Photo['state'], variants: Photo['variants'] = []) => {
    const [id, createdAt] = [unknownId(), new Date(Date.now() - age).toISOString()];
    const photo = { id, productId: unknownId(), contentType: 'image/jpeg', reason: null, createdAt } as const;
    await photos.insert({ ...photo, state, variants, updatedAt: createdAt }, record());
    return id;
  };
  await plant(HOURS_AGO, 'AWAITING');
  const event = { Records: [{ s3: { object: { key: uploadKey(await plant(0, 'AWAITING')) } } }] };
  const url = `${variable(stack, 'INVOKE_URL')}/2015-03-31/functions/duet-local-resizeImage/invocations`;
  const { headers } = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  assert.equal(headers.get('x-amz-function-error'), null);
  const imageId = await plant(0, 'READY', [{ name: '320.webp', width: 320, height: 200 }]);
  await refused(stack.shop, 'getPhoto', { params: { imageId, variant: '320.webp' } }, 'not-found');
};

const unusedOf = async (stack: StackInHand): Promise<readonly string[]> =>
  (await rolesOf(stack))
    .flatMap((role) =>
      role.granted.flatMap(({ action, resource, calls }) =>
        calls === 0 ? [`${role.function} ${action} ${resource}`] : [],
      ),
    )
    .filter((grant) => !UNSEEN.some((pattern) => pattern.test(grant)));

/**
 * Every permission that a role has must have been used by now, with what the clock would bring about in hours. That is
 * brought about several times if need be: whether the sweep or the relay sends what the sweep has emitted is chance.
 */
const everythingUsed = async (stack: StackInHand): Promise<void> => {
  const control = variable(stack, 'CLOUD_CONTROL_URL');
  let unused: readonly string[] = [];
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    await plantOrders(stack);
    await plantPhotos(stack);
    for (const key of ['sweepOrders', 'sweepImages', 'relayOrderEvents', 'relayInventoryEvents'])
      await fetch(`${control}/schedules/${key}`, { method: 'POST' });
    const look = async (): Promise<true | undefined> => {
      unused = await unusedOf(stack);
      return unused.length === 0 || undefined;
    };
    const done = await until('every permission used', look, { withinMs: 4_000, everyMs: 100 }).catch(
      () => undefined,
    );
    if (done) return;
  }
  assert.deepEqual(unused, []);
};

const nothingRefused = async (stack: StackInHand): Promise<void> => {
  const roles = await rolesOf(stack);
  assert.ok(roles.length > 0);
  assert.deepEqual(
    roles.flatMap((role) => role.refused.map((refusal) => ({ function: role.function, ...refusal }))),
    [],
  );
};

/** Holds serverless.yml against what the functions really did, when the whole contract has run: too much or too little. */
export const roleRules: readonly FaultRule[] = [
  {
    title: 'When the whole contract has run, then each function has used all that its role allows',
    run: everythingUsed,
  },
  {
    title: 'When the whole contract has run, then no function was refused what it called',
    run: nothingRefused,
  },
];
