import * as z from 'zod';
import type { Clock } from './ids.ts';
import { Id } from './ids.ts';
import type { PublicKeys } from './jwks.ts';
import { makeVerifyToken, type TokenUse } from './token.ts';
import type { User } from './user.ts';

/** Life of an access token in seconds: 15 minutes. */
export const ACCESS_TOKEN_SECONDS = 900;

/** The use of a customer's or administrator's access token (RFC 9068). */
export const accessTokenUse = (issuer: string): TokenUse => ({
  typ: 'at+jwt',
  issuer,
  audience: 'duet-shop',
});

/** Claims of an access token, beyond the registered ones. */
export const AccessClaims = z.object({ sub: Id, role: z.enum(['customer', 'admin']) });

/** Checks an access token and tells whose it is. */
export type VerifyAccess = (token: string) => Promise<User>;

/** Verifies access tokens of one issuer. */
export const makeVerifyAccess = (deps: { keys: PublicKeys; clock: Clock; issuer: string }): VerifyAccess => {
  const verify = makeVerifyToken({ ...deps, use: accessTokenUse(deps.issuer), claims: AccessClaims });
  return async (token) => {
    const claims = await verify(token);
    return { id: claims.sub, role: claims.role };
  };
};

/** The use of a service-to-service token: the audience names the receiver, so that no access token passes for one. */
export const serviceTokenUse = (sender: string, receiver: string): TokenUse => ({
  typ: 'service+jwt',
  issuer: `duet-${sender}`,
  audience: `duet-${receiver}-events`,
});

/** Claims of a service-to-service token, beyond the registered ones. */
export const ServiceClaims = z.object({ sub: z.string().min(1).max(32) });
