import assert from 'node:assert/strict';
import { methodsOf } from '@duet/shared/contract/match-path.ts';
import { allRoutes, type RouteKey, routes } from '@duet/shared/contract/routes.ts';
import { checkCommon } from '../../support/check-reply.ts';
import { administrator } from '../../support/people.ts';
import { pathOf, refused, send } from '../../support/shop.ts';
import { example, exampleParams, paths, routeKeys, titleOf } from './examples.ts';
import type { Rule, Section } from './rule.ts';

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** The methods that a path of the table does not take. */
export const methodsRefused = (path: string): readonly string[] => {
  const allow = methodsOf(allRoutes, path);
  return METHODS.filter((method) => !allow.includes(method));
};

const otherMethods = ({ path, key }: { path: string; key: RouteKey }): Rule => ({
  title: `When ${path} is called with a method that it does not take, then 405 names those that it takes`,
  run: async (shop) => {
    const allow = methodsOf(allRoutes, path);
    const target = pathOf(routes[key], exampleParams(key));
    for (const method of methodsRefused(path)) {
      const answer = await send(shop, routes[key].context, method, target);
      assert.equal(answer.status, 405, `${method} ${target}`);
      assert.equal(answer.headers['allow'], allow.join(', '), method);
      if (method === 'HEAD') assert.equal(answer.bytes.length, 0);
      else checkCommon(answer, `${method} ${path}`);
    }
  },
});

const NOWHERE = [
  '/',
  '/nothing',
  '/orders/a/b/c',
  '/products/',
  '/PRODUCTS',
  '/products/x/y',
  '//products',
  '/.env',
  '/events/x',
];

const unknownPaths: Rule = {
  title: 'When a path is not in the table, then it is not-found: case counts, and so does a slash at the end',
  run: async (shop) => {
    for (const context of ['auth', 'inventory', 'orders'] as const) {
      for (const target of NOWHERE) {
        const answer = await send(shop, context, 'GET', target);
        checkCommon(answer, target);
        assert.equal(answer.code, 'not-found', `${context} ${target}`);
      }
    }
  },
};

const undecodable: Rule = {
  title: 'When a path does not decode, then it is malformed',
  run: async (shop) => {
    const targets = [
      ['inventory', '/products/%E0%A4%A'],
      ['inventory', '/products/%ff%ff'],
      ['orders', '/orders/%'],
      ['auth', '/auth/%zz'],
    ] as const;
    for (const [context, target] of targets) {
      const answer = await send(shop, context, 'GET', target, { token: (await administrator(shop)).token });
      checkCommon(answer, target);
      assert.equal(answer.code, 'malformed', target);
    }
  },
};

/** What is no UUID in canonical lower case. */
const NO_IDS = [
  '1',
  'x'.repeat(36),
  '019A5F00-0000-7000-8000-00000000000A',
  '%00',
  "' or 1=1 --",
  'a/b',
  '..',
  '{id}',
];

const badIds = (key: RouteKey): Rule => ({
  title: `When an id of ${titleOf(key)} is no UUID, then it is validation, before any store is asked`,
  run: async (shop) => {
    const { token } = await administrator(shop);
    for (const name of Object.keys(exampleParams(key))) {
      for (const bad of NO_IDS.filter((id) => id !== '..')) {
        const params = { ...exampleParams(key), [name]: bad };
        await refused(shop, key, { ...example(key), token, params }, 'validation');
      }
    }
  },
});

const missing = (key: RouteKey): Rule => ({
  title: `When ${titleOf(key)} names nothing that exists, then it is not-found`,
  run: async (shop) => {
    const { token } = await administrator(shop);
    await refused(shop, key, { ...example(key), token }, 'not-found');
  },
});

const withParams = routeKeys.filter((key) => 'params' in routes[key]);

/** Methods, unknown paths, ids. */
export const pathRules: Section = {
  about: 'Paths and methods',
  rules: [
    ...paths.map(otherMethods),
    unknownPaths,
    undecodable,
    ...withParams.map(badIds),
    ...withParams.map(missing),
  ],
};
