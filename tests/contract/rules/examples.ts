import { randomUUID } from 'node:crypto';
import type { Route } from '@duet/shared/contract/route.ts';
import { allRoutes, type RouteKey, routes } from '@duet/shared/contract/routes.ts';
import { newKey } from '../../support/goods.ts';
import { newCredentials } from '../../support/people.ts';
import type { CallOptions } from '../../support/shop.ts';

/** A body for each route that takes one: well-formed, about things that do not exist. */
const bodies: { readonly [K in RouteKey]?: () => Record<string, unknown> } = {
  registerAccount: () => newCredentials(),
  logIn: () => newCredentials(),
  refreshSession: () => ({ refreshToken: 'x'.repeat(43) }),
  createProduct: () => ({ name: 'A lamp', description: 'It shines.', priceCents: 1999, onHand: 3 }),
  updateProduct: () => ({ name: 'A lamp', description: 'It shines.', priceCents: 2999 }),
  setStock: () => ({ onHand: 7 }),
  requestUpload: () => ({ contentType: 'image/png' }),
  placeOrder: () => ({ lines: [{ productId: randomUUID(), quantity: 1 }] }),
};

/** A well-formed body of a route; undefined where it takes none. */
export const exampleBody = (key: RouteKey): Record<string, unknown> | undefined => bodies[key]?.();

/** Path parameters of a route, well-formed, naming nothing that exists. */
export const exampleParams = (key: RouteKey): Record<string, string> => {
  const names = [...routes[key].path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return Object.fromEntries(names.map((name) => [name, name === 'variant' ? '320.webp' : randomUUID()]));
};

/** A whole well-formed request of a route, without credentials. */
export const example = (key: RouteKey): CallOptions => {
  const route: Route = routes[key];
  const body = exampleBody(key);
  return {
    params: exampleParams(key),
    ...(body && { body }),
    ...(route.idempotencyKey && { key: newKey() }),
    ...(route.ifMatch && { ifMatch: '"1"' }),
  };
};

/** The keys of all routes, in the order of the contract. */
export const routeKeys = Object.keys(routes) as RouteKey[];

/** The keys of the routes that take a body. */
export const bodyKeys = routeKeys.filter((key) => 'body' in routes[key]);

/** `METHOD /path`, for titles. */
export const titleOf = (key: RouteKey): string => `${routes[key].method} ${routes[key].path}`;

/** Every path of the table once, with a key of a route that has it. */
export const paths: readonly { readonly path: string; readonly key: RouteKey }[] = [
  ...new Map(routeKeys.map((key) => [routes[key].path, { path: routes[key].path, key }])).values(),
];

if (routeKeys.length !== allRoutes.length) throw new Error('the table of routes changed its shape');
