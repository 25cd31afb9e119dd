import type { Clock } from '@duet/shared/kernel/ids.ts';

/** Most tokens that are remembered; the oldest are forgotten first. */
const REMEMBERED = 5_000;

/**
 * Remembers tokens that were found good, until they expire: the check of an Ed25519 signature is the dearest step of a
 * small request (0.1-0.2 ms), and a client sends the same token for 15 minutes. Refused tokens are not remembered.
 * A signing key that is withdrawn meanwhile is honoured for as long as the token lives.
 * @param verify what checks a token; its claims must hold `exp`, which is true of every token of ours
 */
export const rememberVerified = <T>(
  verify: (token: string) => Promise<T>,
  clock: Clock,
): ((token: string) => Promise<T>) => {
  const known = new Map<string, { readonly value: T; readonly expiresAt: number }>();
  return async (token) => {
    const found = known.get(token);
    if (found && found.expiresAt > clock()) return found.value;
    known.delete(token);
    const value = await verify(token);
    known.set(token, { value, expiresAt: expiryOf(token) });
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return value;
  };
};

/** When a verified token expires, in ms since the epoch. */
const expiryOf = (token: string): number => {
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return Number(payload.exp) * 1000;
};
