import { UploadGrant } from '../../images/schema.ts';
import type { Clock } from '../../kernel/ids.ts';
import type { PublicKeys } from '../../kernel/jwks.ts';
import { makeVerifyToken, type TokenUse, type VerifyToken } from '../../kernel/token.ts';

/** The use of an upload capability: made and checked by the same service. */
export const UPLOAD_USE: TokenUse = { typ: 'upload+jwt', issuer: 'duet-inventory', audience: 'duet-uploads' };

/** Checks an upload capability. @throws DomainError `unauthenticated` when it is not genuine or has expired */
export const makeVerifyUpload = (deps: { keys: PublicKeys; clock: Clock }): VerifyToken<UploadGrant> =>
  makeVerifyToken({ ...deps, use: UPLOAD_USE, claims: UploadGrant });
