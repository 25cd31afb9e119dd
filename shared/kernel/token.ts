import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import { DomainError } from './errors.ts';
import type { Clock, NewId } from './ids.ts';
import type { PublicKeys } from './jwks.ts';

/** A signing key as a service keeps it in its own store: an Ed25519 key pair in JWK form. */
export type SigningKey = { readonly kid: string; readonly privateJwk: JWK; readonly publicJwk: JWK };

/** Where a service keeps its signing keys. */
export type KeyStore = {
  /** All keys, newest first. */
  readonly list: () => Promise<readonly SigningKey[]>;
  /** Stores the first key; when two processes race, the first writer wins. Returns what is now stored, newest first. */
  readonly insertFirst: (key: SigningKey) => Promise<readonly SigningKey[]>;
};

/** Makes a new Ed25519 signing key with the given key id. */
export const generateSigningKey = async (kid: string): Promise<SigningKey> => {
  const pair = await generateKeyPair('Ed25519', { extractable: true });
  const common = { kid, use: 'sig', alg: 'EdDSA' };
  return {
    kid,
    privateJwk: { ...(await exportJWK(pair.privateKey)), ...common },
    publicJwk: { ...(await exportJWK(pair.publicKey)), ...common },
  };
};

/**
 * The service's keys, read once from its store and made at the very first use, so that no secret stands in any
 * configuration. A failed read is not remembered.
 */
export const makeSigningKeys = (deps: {
  store: KeyStore;
  newId: NewId;
}): (() => Promise<readonly SigningKey[]>) => {
  let loaded: Promise<readonly SigningKey[]> | undefined;
  const load = async (): Promise<readonly SigningKey[]> => {
    const known = await deps.store.list();
    return known.length > 0 ? known : deps.store.insertFirst(await generateSigningKey(deps.newId()));
  };
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
};

/** What a token is for: its `typ` header, issuer and audience. All three must match when it is verified. */
export type TokenUse = { readonly typ: string; readonly issuer: string; readonly audience: string };

/** Signs claims into a token that lives for `ttlSeconds`. */
export type SignToken = (
  use: TokenUse,
  ttlSeconds: number,
  claims: Record<string, unknown>,
) => Promise<string>;

/** Signs EdDSA tokens with the newest key. Adds kid, iss, aud, iat, exp and jti. */
export const makeSignToken = (deps: {
  keys: () => Promise<readonly SigningKey[]>;
  clock: Clock;
  newId: NewId;
}): SignToken => {
  const imported = new Map<string, Promise<CryptoKey | Uint8Array>>();
  return async (use, ttlSeconds, claims) => {
    const [key] = await deps.keys();
    if (!key) throw new Error('the key store holds no signing key');
    const privateKey = imported.get(key.kid) ?? importJWK(key.privateJwk, 'EdDSA');
    imported.set(key.kid, privateKey);
    const now = Math.floor(deps.clock() / 1000);
    return new SignJWT({ ...claims, jti: deps.newId() })
      .setProtectedHeader({ alg: 'EdDSA', typ: use.typ, kid: key.kid })
      .setIssuer(use.issuer)
      .setAudience(use.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + ttlSeconds)
      .sign(await privateKey);
  };
};

/** Longest token that is looked at, in characters. */
const MAX_TOKEN = 2048;
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Two texts that decode to the same bytes are two tokens: only the canonical base64url text is accepted. */
const isCanonical = (token: string): boolean =>
  token.length <= MAX_TOKEN &&
  COMPACT.test(token) &&
  !token.endsWith('\n') &&
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);

/** Year 2286 in seconds: a date claim beyond it is nonsense. */
const MAX_DATE = 9_999_999_999;

const Registered = z.object({
  iat: z.int().min(0).max(MAX_DATE),
  exp: z.int().min(0).max(MAX_DATE),
  jti: z.string().min(1).max(64),
});

/** Checks a token and returns its claims. */
export type VerifyToken<T> = (token: string) => Promise<T>;

/**
 * Verifies EdDSA tokens of one use against the issuer's public keys, then checks the claims against a schema: a
 * strict signature check alone accepts a missing kid, an absurd exp, an object as sub or a non-canonical encoding.
 *
 * @throws DomainError `unauthenticated` for any token that is not exactly right; `overloaded` when no key is at hand
 */
export const makeVerifyToken = <T>(deps: {
  keys: PublicKeys;
  clock: Clock;
  use: TokenUse;
  claims: z.ZodType<T>;
}): VerifyToken<T> => {
  const refused = (cause?: unknown): DomainError =>
    new DomainError('unauthenticated', { detail: 'The token is not valid.', cause });
  return async (token) => {
    if (!isCanonical(token)) throw refused();
    const verified = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = typeof kid === 'string' ? await deps.keys(kid) : undefined;
        if (!key) throw refused();
        return key;
      },
      {
        algorithms: ['EdDSA'],
        typ: deps.use.typ,
        issuer: deps.use.issuer,
        audience: deps.use.audience,
        requiredClaims: ['iat', 'exp', 'jti'],
        currentDate: new Date(deps.clock()),
      },
    ).catch((error: unknown) => {
      throw error instanceof DomainError ? error : refused(error);
    });
    const registered = Registered.safeParse(verified.payload);
    const claims = deps.claims.safeParse(verified.payload);
    if (!registered.success || !claims.success || typeof verified.payload.aud !== 'string') throw refused();
    return claims.data;
  };
};
