import { setTimeout as pause } from 'node:timers/promises';
import type { RouteKey } from '@duet/shared/contract/routes.ts';
import { type Answer, type CallOptions, call, type Shop } from '../support/shop.ts';

/** Longest pause before it comes again, in ms. Each is up to twice the one before, so that a crowd gets less dense. */
const LONGEST_PAUSE_MS = 2_000;

/** Refusals after which a client comes again: 409 in progress, 429, 5xx. */
const comesAgain = ({ status, code }: Answer): boolean => status >= 500 || code === 'idempotency-in-progress';

/**
 * Calls a route as a good client does: again with the same key when there is no reply or one that says so, for as long
 * as the deadline allows. Only for what may be repeated: reads, keyed requests, cancels.
 *
 * @throws Error with the last trouble when the deadline has passed
 */
export const insist = async (
  shop: Shop,
  key: RouteKey,
  options: CallOptions,
  withinMs = 150_000,
): Promise<Answer> => {
  const deadline = Date.now() + withinMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    let trouble: unknown;
    try {
      const answer = await call(shop, key, options);
      if (!comesAgain(answer)) return answer;
      trouble = answer.code;
    } catch (error) {
      trouble = error;
    }
    if (Date.now() > deadline) throw new Error(`${shop.name}: ${key} had no reply`, { cause: trouble });
    await pause(pauseMs * (0.5 + Math.random()));
  }
};
