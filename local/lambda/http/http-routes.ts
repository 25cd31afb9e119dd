import type { FunctionSpec } from '../../cloud/template-functions.ts';

/** One route of the HTTP API: `routeKey` is `METHOD /path` or `$default`. */
export interface HttpRoute {
  readonly routeKey: string;
  readonly functionKey: string;
}

/** The routes of functions, from their `httpApi` events. */
export const routesOf = (functions: readonly Pick<FunctionSpec, 'key' | 'httpApi'>[]): HttpRoute[] =>
  functions.flatMap(({ key, httpApi }) =>
    httpApi.map(({ method, path }) => ({
      functionKey: key,
      routeKey: path === '*' ? '$default' : `${method === '*' ? 'ANY' : method} ${path}`,
    })),
  );

/** The route that a request belongs to; path parameters are still percent-encoded. */
export interface RouteMatch extends HttpRoute {
  readonly pathParameters: Readonly<Record<string, string>>;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `/orders/{id}` and `/files/{path+}` as an expression with named groups. */
const expressionOf = (path: string): RegExp => {
  const parts = path.split('/').map((part) => {
    const name = /^\{(\w+)(\+?)\}$/.exec(part);
    if (!name) return escaped(part);
    return name[2] === '+' ? `(?<${name[1]}>.+)` : `(?<${name[1]}>[^/]+)`;
  });
  return new RegExp(`^${parts.join('/')}$`);
};

/** Literal paths come first, then the ones with parameters, then the greedy ones; a method comes before ANY. */
const weightOf = (routeKey: string): number =>
  (routeKey.includes('+}') ? 4 : 0) +
  (routeKey.includes('{') ? 2 : 0) +
  (routeKey.startsWith('ANY ') ? 1 : 0);

/**
 * Finds routes as an HTTP API does: the full match, then the greedy one, then `$default`. HEAD and OPTIONS are methods
 * like any other; a trailing slash and the case of letters count. A path that cannot be decoded matches no route but the last.
 * Source: API Gateway developer guide, "Create routes for HTTP APIs".
 *
 * @param routes every route, in any order
 * @returns the match of a method and a raw path (no query), or undefined where there is no `$default`
 */
export const makeRouter = (routes: readonly HttpRoute[]) => {
  const ordered = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .toSorted((a, b) => weightOf(a.routeKey) - weightOf(b.routeKey))
    .map((route) => {
      const [method = '', path = ''] = route.routeKey.split(' ');
      return { route, method, expression: expressionOf(path) };
    });
  const literal = new Map(
    routes.filter(({ routeKey }) => !routeKey.includes('{')).map((route) => [route.routeKey, route]),
  );
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');

  const isDecodable = (rawPath: string): boolean => {
    if (!rawPath.includes('%')) return true;
    try {
      return decodeURIComponent(rawPath) !== '';
    } catch {
      return false;
    }
  };

  return (method: string, rawPath: string): RouteMatch | undefined => {
    const found = literal.get(`${method} ${rawPath}`);
    if (found) return { ...found, pathParameters: {} };
    for (const candidate of isDecodable(rawPath) ? ordered : []) {
      if (candidate.method !== method && candidate.method !== 'ANY') continue;
      const match = candidate.expression.exec(rawPath);
      if (match) return { ...candidate.route, pathParameters: { ...match.groups } };
    }
    return fallback && { ...fallback, pathParameters: {} };
  };
};
