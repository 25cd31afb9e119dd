import { examples } from './examples.ts';
import { parametersOf } from './openapi-parameters.ts';
import { headerComponents, refusalRefs, responseComponents, successOf } from './openapi-responses.ts';
import { componentSchemas, refOf } from './openapi-schemas.ts';
import type { OpenApiDocument, OperationObject } from './openapi-types.ts';
import type { Route } from './route.ts';
import { allRoutes, type RouteKey, routes } from './routes.ts';

const description = [
  'One shop, built twice: this document holds for the microservices and for the serverless stack alike.',
  'The microservices share the routes out among three servers: auth, inventory (with images) and orders.',
  '',
  'Bodies are JSON in UTF-8 of at most 64 KiB, at most 16 levels deep; properties that are not documented are refused.',
  'Ids are lower-case UUIDs, money is whole euro cents, times are ISO 8601 in UTC.',
  'A path that does not exist is answered with `not-found`, a method that a path does not take with',
  '`method-not-allowed` and Allow.',
].join('\n');

const tags: OpenApiDocument['tags'] = [
  { name: 'auth', description: 'Accounts and tokens.' },
  { name: 'inventory', description: 'Products and their stock.' },
  { name: 'images', description: 'Photos of products.' },
  { name: 'orders', description: 'Orders: placed at once, settled soon after.' },
];

const whoMay = {
  anyone: 'Anyone may call it.',
  customer: 'Any signed-in account may call it, for what is its own.',
  admin: 'Administrators may call it.',
} as const satisfies Record<Route['who'], string>;

/** In OpenAPI 3.1 the list of a bearer scheme names the roles that are needed. */
const securityOf = ({ who }: Route): OperationObject['security'] =>
  who === 'anyone' ? [] : [{ accessToken: who === 'admin' ? ['admin'] : [] }];

const operationOf = (key: RouteKey, route: Route): OperationObject => {
  const example: { body?: unknown; reply?: unknown } = examples[key];
  return {
    operationId: key,
    tags: [route.context],
    summary: route.summary,
    description: whoMay[route.who],
    security: securityOf(route),
    parameters: parametersOf(route),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: refOf(route.body), example: example.body } },
      },
    }),
    responses: { [route.success.status]: successOf(route, example.reply), ...refusalRefs(route) },
    'x-use-case': route.name,
  };
};

const pathsOf = (): OpenApiDocument['paths'] => {
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const [key, route] of Object.entries(routes) as [RouteKey, Route][]) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(key, route) };
  }
  return paths;
};

/** The OpenAPI 3.1 description of the shop, derived from the contract table: nothing in it is written a second time. */
export const openApiDocument = (): OpenApiDocument => ({
  openapi: '3.1.1',
  info: {
    title: 'Duet',
    version: '1.0.0',
    summary: 'A small shop: accounts, products and stock, photos, orders.',
    description,
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'The server that gave this document.' }],
  tags,
  paths: pathsOf(),
  components: {
    securitySchemes: {
      accessToken: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The access token of POST /auth/login: EdDSA, 15 minutes.',
      },
    },
    headers: headerComponents,
    responses: responseComponents(allRoutes),
    schemas: componentSchemas(),
  },
});
