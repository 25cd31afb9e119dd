import type { Clock } from '../../../compare/generator/clock.ts';
import { makeEngine, type RunningEngine } from '../../../compare/generator/engine.ts';
import { makeRecorder, type Recorder } from '../../../compare/generator/recorder.ts';
import type { LoadDeps } from '../../../compare/generator/run-load.ts';
import type { Outcome, Transport } from '../../../compare/generator/transport.ts';
import type { Planned } from '../../../compare/generator/types.ts';

/** A clock that stands still until it is told to go on. */
export type FakeClock = {
  readonly make: (ring: () => void) => Promise<Clock>;
  readonly now: () => number;
  /** Goes on to that moment, rings on the way when it was set to, and lets promises be settled in between. */
  readonly runTo: (moment: number) => Promise<void>;
  /** Does something on the way there, before what is rung for at the same moment. */
  readonly plan: (moment: number, run: () => void) => void;
  /** Time passes without that anybody runs: what a busy event loop sees. */
  readonly freezeUntil: (moment: number) => void;
  /** What is found from now on had come by that moment: an event loop that is busy with many answers. */
  readonly polledAt: (moment: number) => void;
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

export const makeFakeClock = (): FakeClock => {
  let time = 0;
  let alarm = Number.POSITIVE_INFINITY;
  let polled = Number.POSITIVE_INFINITY;
  let ring = (): void => undefined;
  const plans: { readonly moment: number; readonly run: () => void }[] = [];
  return {
    make: async (rung) => {
      ring = rung;
      return {
        now: () => time,
        polledAt: () => Math.min(time, polled),
        ringAt: (moment) => {
          alarm = moment;
        },
        stop: async () => undefined,
      };
    },
    now: () => time,
    plan: (moment, run) => {
      plans.push({ moment, run });
      plans.sort((a, b) => a.moment - b.moment);
    },
    freezeUntil: (moment) => {
      time = moment;
    },
    polledAt: (moment) => {
      polled = moment;
    },
    runTo: async (moment) => {
      await settle();
      for (;;) {
        const plan = plans[0];
        const next = Math.min(alarm, plan?.moment ?? Number.POSITIVE_INFINITY);
        if (next > moment) break;
        time = Math.max(time, next);
        if (plan && plan.moment <= alarm) {
          plans.shift();
          plan.run();
        } else {
          alarm = Number.POSITIVE_INFINITY;
          ring();
        }
        await settle();
      }
      time = Math.max(time, moment);
    },
  };
};

/** Answers after so many ms, with that status; `never` does not, `break` breaks the connection. */
export type Behaviour = (
  request: Planned,
) => { readonly afterMs: number; readonly status: number | 'break' } | 'never';

export type FakeTransport = Transport & {
  readonly cancelled: () => number;
  readonly sent: () => readonly number[];
};

export const makeFakeTransport = (clock: FakeClock, behaviour: Behaviour): FakeTransport => {
  let cancelled = 0;
  const sent: number[] = [];
  return {
    send: (request, done) => {
      sent.push(clock.now());
      const what = behaviour(request);
      let isCancelled = false;
      if (what !== 'never') {
        const { status } = what;
        const outcome: Outcome =
          status === 'break'
            ? { kind: 'error' }
            : { kind: 'answer', status, headers: {}, bytes: new Uint8Array(0) };
        clock.plan(clock.now() + what.afterMs, () => {
          if (!isCancelled) done(outcome);
        });
      }
      return () => {
        isCancelled = true;
        cancelled += 1;
      };
    },
    close: async () => undefined,
    cancelled: () => cancelled,
    sent: () => sent,
  };
};

export type World = RunningEngine & {
  readonly clock: FakeClock;
  readonly transport: FakeTransport;
  readonly recorder: Recorder;
  /** Plans GETs at these moments. */
  readonly plan: (moments: readonly number[], more?: Partial<Planned>) => void;
};

export type WorldOptions = {
  readonly behaviour?: Behaviour;
  readonly warmUpMs?: number;
  readonly durationMs?: number;
  readonly maxInFlight?: number;
  readonly timeoutMs?: number;
};

export const OK: Behaviour = () => ({ afterMs: 5, status: 200 });

/** An engine over a fake clock and a fake transport. */
export const makeWorld = async (options: WorldOptions = {}): Promise<World> => {
  const { behaviour = OK, warmUpMs = 0, durationMs = 10_000, maxInFlight = 100, timeoutMs = 1_000 } = options;
  const clock = makeFakeClock();
  const transport = makeFakeTransport(clock, behaviour);
  const recorder = makeRecorder({ warmUpMs, durationMs });
  const running = await makeEngine({ makeClock: clock.make, transport, recorder, maxInFlight, timeoutMs });
  return {
    ...running,
    clock,
    transport,
    recorder,
    plan: (moments, more = {}) => {
      for (const intendedAt of moments) {
        running.engine.at(intendedAt, () => {
          const request = {
            operation: 'get',
            method: 'GET',
            url: 'http://shop/',
            intendedAt,
            expected: [200],
          } as const;
          void running.engine.send({ ...request, ...more });
        });
      }
    },
  };
};

/** What a whole run stands on, over such a clock. CPU goes by at half a core. */
export const fakeDeps = (clock: FakeClock, behaviour: Behaviour): LoadDeps => ({
  makeClock: clock.make,
  transport: makeFakeTransport(clock, behaviour),
  cpuSeconds: () => clock.now() / 2_000,
});

/** So many moments, so far apart. */
export const every = (ms: number, count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index * ms);
