import type { SweepSessions } from '@duet/shared/auth/sweep-sessions.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { hourly, type Loop } from '../edge/loop.ts';

/** Removes what has expired, every hour. */
export const sweepSessions = (run: SweepSessions, log: Log): Loop => hourly('sweep-sessions', run, log);
