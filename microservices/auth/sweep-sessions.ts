import type { SweepSessions } from '@duet/shared/auth/sweep-sessions.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { type Loop, startLoop } from '../edge/loop.ts';

/** Removes what has expired, every hour. */
export const sweepSessions = (run: SweepSessions, log: Log): Loop =>
  startLoop({
    name: 'sweep-sessions',
    everyMs: 3_600_000,
    run: () => run().then(() => undefined),
    log,
  });
