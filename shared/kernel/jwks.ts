import { type CryptoKey, importJWK } from 'jose';
import * as z from 'zod';
import { DomainError } from './errors.ts';
import type { Clock } from './ids.ts';

/** A public Ed25519 key as it is published (RFC 8037). */
export const PublicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(1),
  kid: z.string().min(1).max(64),
  use: z.literal('sig').optional(),
  alg: z.string().optional(),
});

/** A JSON Web Key Set (RFC 7517). */
export const Jwks = z.object({ keys: z.array(PublicJwk) });

/** A JSON Web Key Set, validated. */
export type Jwks = z.output<typeof Jwks>;

/** Finds an issuer's public key by its key id. */
export type PublicKeys = (kid: string) => Promise<CryptoKey | undefined>;

/** How long a fetched set counts as fresh: the max-age that the contract gives it, in milliseconds. */
export const JWKS_FRESH_MS = 300_000;

/** Shortest time between two fetches for a key id that is not known, so that hostile tokens cause no storm. */
export const JWKS_COOLDOWN_MS = 5_000;

/**
 * Caches an issuer's keys and uses them stale while the issuer is down: a token stays valid when its issuer stops.
 * A stale set is refreshed in the background of the request that finds it stale, or by it where nothing runs on behind a
 * reply (`waits`: a Lambda environment is frozen then); an unknown key id waits for one fetch.
 *
 * @throws DomainError `overloaded` (503) when there has never been a set to use
 */
export const makePublicKeys = (deps: {
  fetchJwks: () => Promise<unknown>;
  clock: Clock;
  waits?: boolean;
}): PublicKeys => {
  let keys: ReadonlyMap<string, CryptoKey> | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  const fetchOnce = async (): Promise<void> => {
    const set = Jwks.parse(await deps.fetchJwks());
    const imported = await Promise.all(
      set.keys.map(
        async (jwk) =>
          [
            jwk.kid,
            (await importJWK({ kty: jwk.kty, crv: jwk.crv, x: jwk.x }, 'EdDSA')) as CryptoKey,
          ] as const,
      ),
    );
    keys = new Map(imported);
    fetchedAt = deps.clock();
  };
  const refresh = (): Promise<void> => {
    triedAt = deps.clock();
    fetching ??= fetchOnce().finally(() => {
      fetching = undefined;
    });
    return fetching;
  };

  return async (kid) => {
    const now = deps.clock();
    if (!keys) {
      await refresh().catch((cause: unknown) => {
        throw new DomainError('overloaded', { detail: 'The keys to check tokens are not available.', cause });
      });
    } else if (!keys.has(kid) && now - triedAt >= JWKS_COOLDOWN_MS) await refresh().catch(() => {});
    else if (now - fetchedAt >= JWKS_FRESH_MS && now - triedAt >= JWKS_COOLDOWN_MS) {
      const refreshed = refresh().catch(() => {});
      if (deps.waits) await refreshed;
    }
    return keys?.get(kid);
  };
};
