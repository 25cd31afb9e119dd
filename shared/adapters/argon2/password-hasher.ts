import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { PasswordHasher } from '../../auth/ports.ts';
import { DomainError } from '../../kernel/errors.ts';

/** OWASP's minimum for argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. About 26 ms of CPU here. */
const PARAMETERS = { memory: 19 * 1024, passes: 2, parallelism: 1, tagLength: 32 } as const;

/** Hashes at a time, and callers that may wait for one. More are refused at once: a queue of logins helps nobody. */
export const HASH_LIMITS = { running: 4, waiting: 32 } as const;

const derive = promisify(argon2);
const NOBODY = `$argon2id$v=19$m=${PARAMETERS.memory},t=${PARAMETERS.passes},p=${PARAMETERS.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** Lets `running` jobs run and `waiting` wait. Throws DomainError `overloaded` for one more. */
const makeGate = (limits: { running: number; waiting: number }) => {
  let running = 0;
  const queue: (() => void)[] = [];
  return async <T>(job: () => Promise<T>): Promise<T> => {
    if (running >= limits.running) {
      if (queue.length >= limits.waiting)
        throw new DomainError('overloaded', { detail: 'Too many log-ins at once.' });
      // The one that ends hands its place over, so that `running` need not change.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running += 1;
    try {
      return await job();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
};

/**
 * Hashes passwords with argon2id from Node's own crypto, as PHC strings (`$argon2id$v=19$m=...,t=...,p=...$salt$hash`).
 *
 * @throws DomainError `overloaded` from both functions when 4 run and 32 wait
 */
export const makePasswordHasher = (
  limits: { running: number; waiting: number } = HASH_LIMITS,
): PasswordHasher => {
  const gate = makeGate(limits);
  return {
    hash: (password) =>
      gate(async () => {
        const nonce = randomBytes(16);
        const tag = await derive('argon2id', { message: password, nonce, ...PARAMETERS });
        const { memory, passes, parallelism } = PARAMETERS;
        return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
      }),
    verify: (hash, password) =>
      gate(async () => {
        const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
          hash ?? NOBODY,
        );
        if (!parts) throw new Error('a stored password hash is not an argon2id PHC string');
        const [, memory, passes, parallelism, salt = '', wanted = ''] = parts;
        const expected = Buffer.from(wanted, 'base64');
        const tag = await derive('argon2id', {
          message: password,
          nonce: Buffer.from(salt, 'base64'),
          memory: Number(memory),
          passes: Number(passes),
          parallelism: Number(parallelism),
          tagLength: expected.length,
        });
        return timingSafeEqual(tag, expected) && hash !== undefined;
      }),
  };
};
