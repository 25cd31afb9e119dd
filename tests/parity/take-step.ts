import type { RouteKey } from '@duet/shared/contract/routes.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import { cursorOf } from '@duet/shared/kernel/page.ts';
import { badInputs } from '../contract/rules/bodies.ts';
import { example, exampleParams, paths } from '../contract/rules/examples.ts';
import { methodsRefused } from '../contract/rules/paths.ts';
import { BAD_QUERIES } from '../contract/rules/products.ts';
import { newKey, readProduct } from '../support/goods.ts';
import { newCredentials } from '../support/people.ts';
import { drawPhoto, finishedPhoto, requestUpload, upload } from '../support/photos.ts';
import { type Answer, type CallOptions, call, pathOf, send } from '../support/shop.ts';
import type { KeyUse, PhotoFile, Step, VersionUse } from './step.ts';
import { customerOf, type KnownOrder, NO_PRODUCT, productOf, type World } from './world.ts';

const fileOf = async (file: PhotoFile): Promise<Uint8Array> => {
  if (file === 'text') return Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
  if (file === 'empty') return new Uint8Array(0);
  return file === 'photo' ? drawPhoto(600, 400) : drawPhoto(40, 30, file === 'png' ? 'png' : 'jpeg');
};

/** Sends a keyed request with a new key, or the last one of the route in the way that the step says. */
const keyed = async (world: World, route: RouteKey, use: KeyUse, options: CallOptions): Promise<Answer> => {
  const last = world.keyed.get(route);
  if (use === 'missing') return call(world.shop, route, options);
  if (use === 'replay' && last) return call(world.shop, route, last);
  if (use === 'reuse' && last?.key)
    return call(world.shop, route, { ...options, token: last.token ?? '', key: last.key });
  const fresh = { ...options, key: newKey() };
  world.keyed.set(route, fresh);
  return call(world.shop, route, fresh);
};

const ifMatch = async (
  world: World,
  product: string,
  use: VersionUse,
): Promise<Pick<CallOptions, 'ifMatch'>> => {
  if (use === 'missing') return {};
  if (use === 'nonsense') return { ifMatch: 'W/"1"' };
  const version = product === NO_PRODUCT ? 1 : (await readProduct(world.shop, product)).version;
  return { ifMatch: `"${use === 'stale' ? version + 1 : version}"` };
};

/** Keeps an order that is new to the world, for the customer whose token placed it. */
const remember = (world: World, token: string | undefined, answer: Answer): void => {
  const order = answer.json as KnownOrder;
  if (answer.status !== 202 || world.orders.some(({ id }) => id === order.id)) return;
  const owner = world.customers.findIndex((customer) => customer.token === token);
  world.orders.push({ id: order.id, owner, lines: order.lines, state: order.state });
};

const orderOf = (world: World, n: number): string =>
  world.orders[n % Math.max(1, world.orders.length)]?.id ?? NO_PRODUCT;

type Taken = { readonly [S in Step as S['step']]: (world: World, step: S) => Promise<Answer> };

const take: Taken = {
  register: async ({ shop, customers }, { who, known }) => {
    const email = known ? customers[who % customers.length]?.email : undefined;
    return call(shop, 'registerAccount', { body: { ...newCredentials(), ...(email && { email }) } });
  },
  'log-in': async (world, { who, right }) => {
    const customer = customerOf(world, who);
    const { email, password, from } = customer;
    const answer = await call(world.shop, 'logIn', {
      body: { email, password: right ? password : 'wrong' },
      from,
    });
    if (answer.status === 200) customer.latest = (answer.json as { refreshToken: string }).refreshToken;
    return answer;
  },
  refresh: async (world, { who, used }) => {
    const customer = customerOf(world, who);
    const refreshToken = (used ? customer.used.at(-1) : undefined) ?? customer.latest;
    const answer = await call(world.shop, 'refreshSession', { body: { refreshToken } });
    if (answer.status !== 200) return answer;
    customer.used.push(refreshToken);
    customer.latest = (answer.json as { refreshToken: string }).refreshToken;
    return answer;
  },
  'create-product': async (world, { priceCents, onHand, key }) => {
    const body = { name: `Lamp of ${priceCents}`, description: '', priceCents, onHand };
    const answer = await keyed(world, 'createProduct', key, { token: world.admin.token, body });
    const { id } = answer.json as { id: string };
    if (answer.status === 201 && !world.products.includes(id)) world.products.push(id);
    return answer;
  },
  'update-product': async (world, { product, priceCents, version }) => {
    const id = productOf(world, product);
    const body = { name: `Lamp now at ${priceCents}`, description: 'Changed.', priceCents };
    const options = {
      token: world.admin.token,
      params: { id },
      body,
      ...(await ifMatch(world, id, version)),
    };
    return call(world.shop, 'updateProduct', options);
  },
  'set-stock': async (world, { product, onHand, version }) => {
    const id = productOf(world, product);
    const options = {
      token: world.admin.token,
      params: { id },
      body: { onHand },
      ...(await ifMatch(world, id, version)),
    };
    return call(world.shop, 'setStock', options);
  },
  'read-product': (world, { product }) =>
    call(world.shop, 'getProduct', { params: { id: productOf(world, product) } }),
  'list-products': (world, { limit }) =>
    call(world.shop, 'listProducts', { query: `limit=${limit}&cursor=${cursorOf(productOf(world, 0))}` }),
  'request-upload': (world, { product, type, key }) => {
    const options = {
      token: world.admin.token,
      params: { id: productOf(world, product) },
      body: { contentType: type },
    };
    return keyed(world, 'requestUpload', key, options);
  },
  'upload-photo': async (world, { product, file }) => {
    const id = productOf(world, product);
    const { imageId, upload: form } = await requestUpload(world.shop, id);
    const { status } = await upload(world.shop, form, await fileOf(file));
    const photo = status < 300 ? await finishedPhoto(world.shop, id, imageId) : undefined;
    const { json, ...answer } = await call(world.shop, 'getProduct', { params: { id } });
    return { ...answer, json: { upload: status, photo, product: json } };
  },
  'place-order': async (world, { who, lines, key }) => {
    const body = {
      lines: lines.map(({ product, quantity }) => ({ productId: productOf(world, product), quantity })),
    };
    const answer = await keyed(world, 'placeOrder', key, { token: customerOf(world, who).token, body });
    // A replay is of the last keyed order, whoever the step says it is from.
    remember(world, world.keyed.get('placeOrder')?.token, answer);
    return answer;
  },
  'place-and-cancel': async (world, { who }) => {
    const { token } = customerOf(world, who);
    const body = { lines: [{ productId: world.spare, quantity: 1 }] };
    const placed = await call(world.shop, 'placeOrder', { token, key: newKey(), body });
    remember(world, token, placed);
    const { id } = placed.json as { id: string };
    const cancelled = await call(world.shop, 'cancelOrder', { token, params: { id } });
    // A price may have been stamped before the cancel, or not: both are right.
    return { ...cancelled, json: { code: cancelled.code ?? 'CANCELLED' } };
  },
  'read-order': (world, { who, order }) =>
    call(world.shop, 'getOrder', {
      token: customerOf(world, who).token,
      params: { id: orderOf(world, order) },
    }),
  'list-orders': (world, { who, limit }) =>
    call(world.shop, 'listOrders', { token: customerOf(world, who).token, query: `limit=${limit}` }),
  'cancel-order': async (world, { who, order }) => {
    const known = world.orders[order % Math.max(1, world.orders.length)];
    // Two times out of three it is the owner who cancels.
    const { token } = customerOf(world, known && who !== 2 ? known.owner : who);
    const answer = await call(world.shop, 'cancelOrder', { token, params: { id: known?.id ?? NO_PRODUCT } });
    // Whatever it says: how the order stands now is to be seen.
    if (known) known.state = 'PENDING';
    return answer;
  },
  'bad-body': ({ shop, admin, customers }, { route, input, as }) => {
    const inputs = badInputs(route);
    const [, , bad] = inputs[input % inputs.length] ?? ['', 'malformed', { raw: '' }];
    const token = { nobody: undefined, customer: customers[0]?.token, admin: admin.token }[as];
    return call(shop, route, { ...example(route), ...(token && { token }), ...bad });
  },
  'bad-query': ({ shop, admin }, { route, query }) =>
    call(shop, route, { token: admin.token, query: BAD_QUERIES[query % BAD_QUERIES.length] ?? '' }),
  'bad-method': ({ shop, admin }, { path, method }) => {
    const { key } = paths[path % paths.length] ?? { key: 'getProduct' };
    const route = routes[key];
    const refused = methodsRefused(route.path);
    const other = refused[method % refused.length] ?? 'PATCH';
    const target = pathOf(route, exampleParams(key));
    return send(shop, route.context, other, target, {
      token: admin.token,
      ...(other === 'HEAD' ? {} : { body: {} }),
    });
  },
};

/** Header fields that are part of a trace. */
const HEADERS = [
  'content-type',
  'cache-control',
  'location',
  'etag',
  'allow',
  'idempotency-replayed',
  'www-authenticate',
];

/** Takes one step. Returns what a client sees of the reply. */
export const takeStep = async (world: World, step: Step): Promise<unknown> => {
  const answer = await (take[step.step] as (world: World, step: Step) => Promise<Answer>)(world, step);
  const { status, headers, json = null } = answer;
  const seen = Object.fromEntries(HEADERS.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])));
  return world.normalise({ status, ...seen, comesBack: headers['retry-after'] !== undefined, reply: json });
};
