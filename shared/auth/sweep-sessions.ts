import type { Clock } from '../kernel/ids.ts';
import type { AttemptStore, SessionStore } from './ports.ts';

/** Removes expired refresh tokens and attempt counters. */
export type SweepSessions = () => Promise<void>;

/** Removes what has expired. DynamoDB does this by itself (TTL); PostgreSQL needs it run now and then. */
export const makeSweepSessions =
  (deps: { sessions: SessionStore; attempts: AttemptStore; clock: Clock }): SweepSessions =>
  async () => {
    const now = deps.clock();
    await deps.sessions.removeExpired(now);
    await deps.attempts.removeExpired(now);
  };
