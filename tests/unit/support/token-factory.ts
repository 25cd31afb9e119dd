import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign as signBytes,
} from 'node:crypto';
import { accessTokenUse, makeVerifyAccess } from '@duet/shared/kernel/access.ts';
import { makePublicKeys } from '@duet/shared/kernel/jwks.ts';
import { generateSigningKey, makeSignToken } from '@duet/shared/kernel/token.ts';

/** Noon of a fixed day, in ms: the time of every token here. */
export const NOW = Date.parse('2026-10-18T12:00:00.000Z');

/** Auth's name in every token here. */
export const ISSUER = 'duet-auth';

export const SUBJECT = '0198c1a0-0000-7000-8000-000000000001';

/** Base64url of a JSON value, or of text as it is. */
export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token of any header and payload, signed with an Ed25519 key: what a careless or hostile issuer could make. */
export const forge = (header: unknown, payload: unknown, key: KeyObject): string => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signBytes(null, Buffer.from(input), key).toString('base64url')}`;
};

/** One issuer with its key, a verifier that trusts it, and the parts that a right token has. */
export const makeIssuer = async () => {
  const key = await generateSigningKey('key-1');
  const clock = () => NOW;
  const seconds = Math.floor(NOW / 1000);
  const keys = makePublicKeys({ fetchJwks: async () => ({ keys: [key.publicJwk] }), clock });
  return {
    key,
    privateKey: createPrivateKey({ key: key.privateJwk as never, format: 'jwk' }),
    otherPrivateKey: generateKeyPairSync('ed25519').privateKey,
    sign: makeSignToken({ keys: async () => [key], clock, newId: randomUUID }),
    use: accessTokenUse(ISSUER),
    verifyAt: (at: number) => makeVerifyAccess({ keys, clock: () => at, issuer: ISSUER }),
    verify: makeVerifyAccess({ keys, clock, issuer: ISSUER }),
    header: { alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1' },
    payload: {
      iss: ISSUER,
      aud: 'duet-shop',
      sub: SUBJECT,
      role: 'customer',
      iat: seconds,
      exp: seconds + 900,
      jti: 'jti-1',
    },
  };
};
