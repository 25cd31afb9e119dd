/** Schedules: functions that are called every so often (EventBridge rules). */
import { randomUUID } from 'node:crypto';
import type { AsyncInvokes } from './async-invokes.ts';
import { parseCron, ratePeriod } from './cron.ts';
import type { Invoker } from './invoke.ts';
import type { Log } from './log.ts';
import type { Template } from './template.ts';
import type { FunctionSpec, ScheduleEvent } from './template-functions.ts';

/** Running schedules. `fire` calls the function of a key at once, as if its time had come. */
export type Schedules = { readonly fire: (key: string) => void; readonly close: () => void };

/** What schedules need. */
export type SchedulesOptions = {
  readonly template: Template;
  readonly invoker: Pick<Invoker, 'onReachable'>;
  readonly asynchronous: Pick<AsyncInvokes, 'enqueue' | 'isUnderWay'>;
  readonly log: Log;
};

/** Node's longest timer is 24 days; a long pause is waited for in parts. */
const LONGEST_TIMER_MS = 3_600_000;

/**
 * Starts every enabled schedule. Its function is called asynchronously, as EventBridge does. One with a rate also fires each time that the runtime is there again, the first time
 * included: after a crash that is what finds work left half done. A firing is skipped while the one before still runs.
 */
export const startSchedules = (options: SchedulesOptions): Schedules => {
  const { template, invoker, asynchronous, log } = options;
  const timers = new Map<object, NodeJS.Timeout>();
  const firings = new Map<string, () => void>();
  let stopped = false;

  const start = (fn: FunctionSpec, schedule: ScheduleEvent, index: number): void => {
    const rule = `arn:aws:events:${template.region}:${template.accountId}:rule/${fn.name}-schedule-${index + 1}`;
    const period = ratePeriod(schedule.expression);
    const cron = period === undefined ? parseCron(schedule.expression) : undefined;
    const nextAfter = (now: number): number | undefined =>
      period === undefined ? cron?.(now) : now + period;
    let last: string | undefined;

    const fire = (): void => {
      if (stopped) return;
      if (last !== undefined && asynchronous.isUnderWay(last)) {
        log.info(`${fn.key}: a scheduled call is skipped, for the last one still runs`);
        return;
      }
      const event = 'input' in schedule ? schedule.input : scheduledEvent(template, rule);
      last = asynchronous.enqueue(fn, JSON.stringify(event));
    };
    const arm = (at: number | undefined): void => {
      if (stopped || at === undefined) return;
      const pause = Math.min(Math.max(0, at - Date.now()), LONGEST_TIMER_MS);
      const wake = (): void => {
        const early = Date.now() < at;
        if (!early) fire();
        // From now and not from `at`: a laptop that slept does not make up for what it missed.
        arm(early ? at : nextAfter(Date.now()));
      };
      timers.set(schedule, setTimeout(wake, pause));
    };
    firings.set(fn.key, fire);
    if (period !== undefined) invoker.onReachable(fire);
    arm(nextAfter(Date.now()));
  };

  for (const fn of template.functions) {
    fn.schedules.forEach((schedule, i) => {
      if (schedule.enabled) start(fn, schedule, i);
    });
  }
  return {
    fire: (key) => {
      const fire = firings.get(key);
      if (!fire) throw new Error(`No enabled schedule of a function ${key}`);
      fire();
    },
    close: () => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};

const scheduledEvent = (template: Template, rule: string): unknown => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: template.accountId,
  time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  region: template.region,
  resources: [rule],
  detail: {},
});
