import type { Route } from '@duet/shared/contract/route.ts';
import type { VerifyAccess } from '@duet/shared/kernel/access.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { User } from '@duet/shared/kernel/user.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Lets a request pass that the route's row allows, and remembers whose it is. */
export type Authenticate = (route: Route, event: APIGatewayProxyEventV2) => Promise<void>;

const USER = Symbol('user');
type WithUser = { [USER]?: User };

/**
 * The bearer token of a request (RFC 6750, header field only).
 *
 * @throws DomainError `unauthenticated`
 */
export const bearerOf = (event: APIGatewayProxyEventV2): string => {
  const token = /^Bearer +([^ ]+)$/i.exec(event.headers['authorization'] ?? '')?.[1];
  if (token === undefined) throw new DomainError('unauthenticated');
  return token;
};

/**
 * Authenticates by access token. A route for anyone asks for nothing and looks at nothing.
 *
 * @throws DomainError `unauthenticated`, `forbidden`; `overloaded` when no key to check with was ever at hand
 */
export const makeAuthenticate =
  (deps: { verify: VerifyAccess }): Authenticate =>
  async (route, event) => {
    if (route.who === 'anyone') return;
    const user = await deps.verify(bearerOf(event));
    if (route.who === 'admin' && user.role !== 'admin') throw new DomainError('forbidden');
    (event as WithUser)[USER] = user;
  };

/** Who the request comes from. @throws DomainError `unauthenticated` when the route let anyone in */
export const userOf = (event: APIGatewayProxyEventV2): User => {
  const user = (event as WithUser)[USER];
  if (!user) throw new DomainError('unauthenticated');
  return user;
};

/** The caller's address, as the HTTP API saw it. */
export const ipOf = (event: APIGatewayProxyEventV2): string => event.requestContext.http.sourceIp;
