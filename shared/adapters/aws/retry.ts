import { DomainError } from '../../kernel/errors.ts';
import { AwsUnavailable, isTransient } from './errors.ts';

/** How often something may be tried, and the backoff between: full jitter over `baseMs` doubling to `capMs`. */
export type Allowance = { readonly attempts: number; readonly baseMs: number; readonly capMs: number };

/** For calls that failed: the contract's 3 attempts, 100 ms to 2 s. */
const FAILED: Allowance = { attempts: 3, baseMs: 100, capMs: 2_000 };

/** For a kept connection that turned out dead (usual after a Lambda environment was frozen): one more try, at once. */
const STALE: Allowance = { attempts: 2, baseMs: 0, capMs: 0 };

/** The allowance for a transient error; undefined when trying again is of no use. */
export const allowanceOf = (error: unknown): Allowance | undefined => {
  if (error instanceof AwsUnavailable && error.stale) return STALE;
  return isTransient(error) ? FAILED : undefined;
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Runs a call again while its errors are worth it. Only for calls that may take effect twice without harm. `run` is
 * given the error before it, or undefined. The whole ends `withinMs` after its start (no new attempt begins later).
 *
 * @throws DomainError `overloaded` when every attempt met a transient error; else the error itself
 */
export const retrying = async <T>(
  run: (before: unknown) => Promise<T>,
  options: {
    readonly allowance?: (error: unknown) => Allowance | undefined;
    readonly withinMs?: number;
  } = {},
): Promise<T> => {
  const { allowance = allowanceOf, withinMs = Number.POSITIVE_INFINITY } = options;
  const end = Date.now() + withinMs;
  const used = new Map<Allowance, number>();
  let before: unknown;
  for (;;) {
    try {
      return await run(before);
    } catch (error) {
      const allowed = allowance(error);
      if (!allowed) throw error;
      const count = (used.get(allowed) ?? 0) + 1;
      const pause = Math.random() * Math.min(allowed.capMs, allowed.baseMs * 2 ** (count - 1));
      if (count >= allowed.attempts || Date.now() + pause >= end) {
        throw new DomainError('overloaded', { cause: error });
      }
      used.set(allowed, count);
      before = error;
      await wait(pause);
    }
  }
};
