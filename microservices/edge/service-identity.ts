import { makeGetJwks } from '@duet/shared/auth/get-jwks.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import { ServiceClaims, serviceTokenUse } from '@duet/shared/kernel/access.ts';
import type { Clock, NewId } from '@duet/shared/kernel/ids.ts';
import { makePublicKeys, type PublicKeys } from '@duet/shared/kernel/jwks.ts';
import {
  type KeyStore,
  makeSigningKeys,
  makeSignToken,
  makeVerifyToken,
  type SignToken,
} from '@duet/shared/kernel/token.ts';
import type { Extra } from './app.ts';
import { json } from './json.ts';

/** Life of a service-to-service token, and the age at which the next one is made, in seconds. */
const TOKEN_SECONDS = 300;
const RENEW_SECONDS = 240;

/** A service's own keys: it signs with them, and publishes the public halves at /.well-known/jwks.json. */
export type ServiceIdentity = {
  readonly sign: SignToken;
  /** Its own public keys, for tokens that it makes for itself. */
  readonly ownKeys: PublicKeys;
  /** A token that proves to another service who is calling; one is used for four minutes. */
  readonly tokenFor: (receiver: string) => Promise<string>;
  /** Checks the token of a service that calls this one. */
  readonly verifyFrom: (
    sender: string,
    fetchJwks: () => Promise<unknown>,
  ) => (token: string) => Promise<unknown>;
  /** GET /.well-known/jwks.json, for the services without that row in the contract. */
  readonly jwksRoute: Extra;
};

/** Makes the identity of the service called `name`. Its keys are made at first use and kept in its own store. */
export const makeServiceIdentity = (deps: {
  name: string;
  store: KeyStore;
  clock: Clock;
  newId: NewId;
}): ServiceIdentity => {
  const { name, clock } = deps;
  const keys = makeSigningKeys(deps);
  const getJwks = makeGetJwks({ keys });
  const sign = makeSignToken({ ...deps, keys });
  const tokens = new Map<string, { readonly token: Promise<string>; readonly renewAt: number }>();

  return {
    sign,
    ownKeys: makePublicKeys({ fetchJwks: getJwks, clock }),
    tokenFor: (receiver) => {
      const known = tokens.get(receiver);
      if (known && known.renewAt > clock()) return known.token;
      const token = sign(serviceTokenUse(name, receiver), TOKEN_SECONDS, { sub: name });
      tokens.set(receiver, { token, renewAt: clock() + RENEW_SECONDS * 1000 });
      token.catch(() => tokens.delete(receiver));
      return token;
    },
    verifyFrom: (sender, fetchJwks) => {
      const use = serviceTokenUse(sender, name);
      const senderKeys = makePublicKeys({ fetchJwks, clock });
      return makeVerifyToken({ keys: senderKeys, clock, use, claims: ServiceClaims });
    },
    jwksRoute: {
      method: 'GET',
      path: routes.getJwks.path,
      handler: async (_req, res) => json(res, 200, await getJwks(), routes.getJwks.success.headers),
    },
  };
};
