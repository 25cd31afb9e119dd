import { examples } from '@duet/shared/contract/examples.ts';
import { openApiDocument } from '@duet/shared/contract/openapi.ts';
import { type Route, refusalsOf } from '@duet/shared/contract/route.ts';
import { allRoutes, type RouteKey, routes } from '@duet/shared/contract/routes.ts';
import { PROBLEMS } from '@duet/shared/kernel/problem.ts';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';

const rows = Object.entries(routes) as [RouteKey, Route][];

/** What a maintained validator says of a document: structure of OpenAPI 3.1, references, examples, names. */
const findings = async (document: unknown): Promise<string[]> => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // A shop that runs where its reader starts it has no address of its own to name.
      'no-empty-servers': 'error',
      'no-server-example.com': 'off',
      // The JWKS and listings of public data refuse nothing: 4xx come from what a route takes.
      'operation-4xx-response': 'off',
      'no-invalid-media-type-examples': 'error',
      'no-invalid-schema-examples': 'error',
      'no-invalid-parameter-examples': 'error',
    },
  });
  const problems = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: 'openapi.json',
    config,
  });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer ?? ''}: ${message}`,
  );
};

describe('openApiDocument', () => {
  it('When a validator reads the document, then it finds nothing', async () => {
    expect(await findings(openApiDocument())).toEqual([]);
  });

  it('When the document is broken on purpose, then the validator says so', async () => {
    const source = JSON.parse(JSON.stringify(openApiDocument()));
    delete source.paths['/orders'].post.responses['202'].description;
    source.paths['/orders'].post.requestBody.content['application/json'].example = { lines: 'many' };
    source.components.responses['not-found'].content['application/problem+json'].schema.allOf[0].$ref =
      '#/nowhere';
    const rules = (await findings(source)).map((finding) => finding.split(' ')[0]);
    expect(new Set(rules)).toEqual(
      new Set(['struct', 'no-invalid-media-type-examples', 'no-unresolved-refs']),
    );
  });

  it('When the contract has a route, then the document has it with every status, header and role', () => {
    const { paths } = openApiDocument();
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(allRoutes.map(({ method, path }) => `${method} ${path}`).sort());
    for (const [key, route] of rows) {
      const operation = paths[route.path]?.[route.method.toLowerCase()];
      const statuses = new Set([
        route.success.status,
        ...refusalsOf(route).map((code) => PROBLEMS[code].status),
      ]);
      expect(operation?.operationId).toBe(key);
      expect(
        Object.keys(operation?.responses ?? {})
          .map(Number)
          .sort(),
      ).toEqual([...statuses].sort());
      expect(operation?.security).toEqual(
        route.who === 'anyone' ? [] : [{ accessToken: route.who === 'admin' ? ['admin'] : [] }],
      );
      const headers = operation?.parameters
        .filter((parameter) => parameter.in === 'header')
        .map(({ name }) => name);
      expect(headers).toEqual([
        ...(route.idempotencyKey ? ['Idempotency-Key'] : []),
        ...(route.ifMatch ? ['If-Match'] : []),
      ]);
    }
  });

  it.each(rows)('When the example of %s is used, then the schemas of the contract take it', (key, route) => {
    const { body, reply }: { body?: unknown; reply?: unknown } = examples[key];
    expect(route.body ? route.body.safeParse(body).error : body).toBeUndefined();
    expect(route.success.schema ? route.success.schema.safeParse(reply).error : reply).toBeUndefined();
  });

  it('When refusals carry header fields, then the document names them', () => {
    const { responses } = openApiDocument().components;
    const headersOf = (name: string) => Object.keys(responses[name]?.headers ?? {});
    expect(headersOf('unauthenticated')).toContain('WWW-Authenticate');
    for (const name of ['idempotency-in-progress', 'rate-limited', 'overloaded']) {
      expect(headersOf(name)).toContain('Retry-After');
    }
  });

  it('When an input may not be larger than documented, then the document gives the bounds that are enforced', () => {
    const { schemas } = openApiDocument().components;
    expect(schemas['PlaceOrderInput']?.properties?.['lines']).toMatchObject({ minItems: 1, maxItems: 20 });
    expect(schemas['RegisterInput']?.properties?.['password']).toMatchObject({
      minLength: 15,
      maxLength: 128,
    });
    expect(schemas['RegisterInput']?.properties?.['email']).toMatchObject({
      format: 'email',
      maxLength: 254,
    });
    expect(schemas['RegisterInput']?.additionalProperties).toBe(false);
  });
});
