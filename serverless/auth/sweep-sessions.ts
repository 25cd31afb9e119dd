import type { SweepSessions } from '@duet/shared/auth/sweep-sessions.ts';

/** Removes what has expired, on a schedule. */
export const sweepSessions = (run: SweepSessions) => (): Promise<void> => run();
