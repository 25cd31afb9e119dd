import { Jwks } from '../kernel/jwks.ts';
import type { SigningKey } from '../kernel/token.ts';

/** Publishes the public halves of the signing keys. */
export type GetJwks = () => Promise<Jwks>;

/** Publishes the public halves of a service's signing keys, and nothing of the private ones. */
export const makeGetJwks =
  (deps: { keys: () => Promise<readonly SigningKey[]> }): GetJwks =>
  async () =>
    Jwks.parse({ keys: (await deps.keys()).map((key) => key.publicJwk) });
