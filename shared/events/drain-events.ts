import type { Clock } from '../kernel/ids.ts';
import type { RelayEvents } from './relay-events.ts';

/** Waits; injected so that tests need no time. */
export type Wait = (ms: number) => Promise<void>;

/** Relays until nothing waits or the budget is used up. Returns how many events were sent. */
export type DrainEvents = (budgetMs: number) => Promise<number>;

/**
 * Runs the relay again as entries fall due, for as long as the budget lasts: what a scheduled run does on a platform
 * whose shortest schedule is a minute, so that a claim left by a dead process waits seconds and not that minute.
 */
export const makeDrainEvents =
  (deps: { relay: RelayEvents; clock: Clock; wait: Wait }): DrainEvents =>
  async (budgetMs) => {
    const end = deps.clock() + budgetMs;
    const goOn = (): boolean => deps.clock() < end;
    let sent = 0;
    for (;;) {
      const result = await deps.relay({ goOn });
      sent += result.sent;
      if (result.nextDueAt === undefined || result.nextDueAt >= end) return sent;
      await deps.wait(Math.max(20, result.nextDueAt - deps.clock()));
      if (!goOn()) return sent;
    }
  };
