import assert from 'node:assert/strict';
import { allRoutes } from '@duet/shared/contract/routes.ts';
import { type Shop, send } from '../../support/shop.ts';
import type { Section } from './rule.ts';

const contexts = ['auth', 'inventory', 'orders'] as const;

const eachContext = async (check: (context: (typeof contexts)[number]) => Promise<void>): Promise<void> => {
  for (const context of contexts) await check(context);
};

const replyId = async (shop: Shop, sent?: string): Promise<string> => {
  const headers = sent === undefined ? [] : ([['x-request-id', sent]] as const);
  return String(
    (await send(shop, 'inventory', 'GET', '/products?limit=1', { headers })).headers['x-request-id'],
  );
};

/** What every service answers besides its routes. */
export const documents: Section = {
  about: 'Documents and request ids',
  rules: [
    {
      title: 'When GET /openapi.json is read, then it is OpenAPI 3.1 and has every route of the table',
      run: (shop) =>
        eachContext(async (context) => {
          const { status, headers, json } = await send(shop, context, 'GET', '/openapi.json');
          assert.equal(status, 200);
          assert.match(String(headers['content-type']), /^application\/json/);
          assert.match(String(headers['cache-control']), /max-age=300/);
          const { openapi, paths } = json as {
            openapi: string;
            paths: Record<string, Record<string, unknown>>;
          };
          assert.match(openapi, /^3\.1\./);
          for (const { method, path } of allRoutes)
            assert.ok(paths[path]?.[method.toLowerCase()], `${method} ${path}`);
        }),
    },
    {
      title:
        'When GET /docs is read, then it is a page that names every route and loads nothing from elsewhere',
      run: (shop) =>
        eachContext(async (context) => {
          const { status, headers, bytes } = await send(shop, context, 'GET', '/docs');
          assert.equal(status, 200);
          assert.match(String(headers['content-type']), /^text\/html; charset=utf-8$/i);
          const page = bytes.toString();
          const text = page.replaceAll(/<[^>]*>/g, '');
          for (const { path } of allRoutes) assert.ok(text.includes(path), path);
          assert.doesNotMatch(page, /(src|href)="(https?:)?\/\//);
        }),
    },
    {
      title: 'When a caller gives a proper request id, then the reply carries it; any other is replaced',
      run: async (shop) => {
        assert.equal(await replyId(shop, 'caller-1234_abcd'), 'caller-1234_abcd');
        const ids = [
          await replyId(shop),
          await replyId(shop, 'short'),
          await replyId(shop, 'x'.repeat(65)),
          await replyId(shop, 'has space in it'),
        ];
        assert.equal(new Set(ids).size, ids.length);
        for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{8,64}$/);
      },
    },
  ],
};

/** What each microservice answers to its platform. */
export const health: Section = {
  about: 'Health',
  rules: [
    {
      title: 'When a service runs, then GET /livez and GET /readyz say so',
      run: (shop) =>
        eachContext(async (context) => {
          for (const target of ['/livez', '/readyz'])
            assert.equal((await send(shop, context, 'GET', target)).status, 200, target);
        }),
    },
  ],
};
