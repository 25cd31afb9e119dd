import { methodsOf, refuseUnrouted } from '@duet/shared/contract/match-path.ts';
import { refusalsOf } from '@duet/shared/contract/route.ts';
import { allRoutes, routes } from '@duet/shared/contract/routes.ts';
import { describe, expect, it } from 'vitest';

describe('refuseUnrouted', () => {
  it('When a path is known, then the refusal lists its methods in the order of the contract', () => {
    expect(refuseUnrouted(allRoutes, '/products')).toMatchObject({
      code: 'method-not-allowed',
      details: { allow: ['GET', 'POST'] },
    });
    expect(methodsOf(allRoutes, '/products/any-id')).toEqual(['GET', 'PUT']);
  });

  it.each([
    '/',
    '/product',
    '/Products',
    '/products/',
    '/products//stock',
    '/products/1/stock/2',
    '//products',
  ])('When the path is %s, then it is not found', (path) => {
    expect(refuseUnrouted(allRoutes, path).code).toBe('not-found');
  });
});

describe('routes', () => {
  it('When two rows are compared, then no method and path is there twice', () => {
    const ids = allRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('When a path has parameters, then its schema has the very same ones', () => {
    for (const { path, params } of allRoutes) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(Object.keys(params?.shape ?? {}).sort()).toEqual(named.sort());
    }
  });

  it('When a route creates something, then it takes a key; when it edits a product, then If-Match', () => {
    const keyed = Object.entries(routes).filter(([, route]) => 'idempotencyKey' in route);
    const guarded = Object.entries(routes).filter(([, route]) => 'ifMatch' in route);
    expect(keyed.map(([key]) => key)).toEqual(['createProduct', 'requestUpload', 'placeOrder']);
    expect(guarded.map(([key]) => key)).toEqual(['updateProduct', 'setStock']);
  });

  it('When a route takes more, then it refuses more', () => {
    expect(refusalsOf(routes.getJwks)).toEqual(['internal', 'overloaded']);
    expect(refusalsOf(routes.getOrder)).toEqual([
      'unauthenticated',
      'not-found',
      'validation',
      'internal',
      'overloaded',
    ]);
    expect(refusalsOf(routes.setStock)).toEqual(
      expect.arrayContaining([
        'forbidden',
        'precondition-required',
        'precondition-failed',
        'stock-below-reserved',
        'too-large',
      ]),
    );
  });
});
