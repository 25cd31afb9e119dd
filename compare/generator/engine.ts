import type { Clock } from './clock.ts';
import { type Deadlines, makeDeadlines } from './deadlines.ts';
import { makeDueQueue } from './due-queue.ts';
import type { Recorder } from './recorder.ts';
import type { Failure } from './tally.ts';
import type { Transport } from './transport.ts';
import type { Answered, Engine, Planned } from './types.ts';

/** What an engine stands on. */
export type EngineDeps = {
  /** Makes the clock, which calls this at the moments that are set. */
  readonly makeClock: (ring: () => void) => Promise<Clock>;
  readonly transport: Transport;
  readonly recorder: Recorder;
  /** Above so many requests in flight, further ones are not sent and count as failures. */
  readonly maxInFlight: number;
  /** A request without a whole answer so long after it was sent is given up, ms. */
  readonly timeoutMs: number;
};

/** An engine, and what is asked of it from outside. */
export type RunningEngine = {
  readonly engine: Engine;
  readonly inFlight: () => number;
  /** The most in flight since this was last called, or since the start. */
  readonly takePeak: () => number;
  readonly stop: () => Promise<void>;
};

const NOTHING = new Uint8Array(0);

/** It rings no more often than this, ms: at high rates a few requests are sent together instead of waking up for each. */
const LEAST_BETWEEN_RINGS_MS = 0.5;

const failureOf = (status: number, expected: readonly number[]): Failure | undefined =>
  expected.includes(status) ? undefined : `status-${status}`;

/** Makes an engine whose clock begins now. */
export const makeEngine = async (deps: EngineDeps): Promise<RunningEngine> => {
  const { transport, recorder, maxInFlight, timeoutMs } = deps;
  const queue = makeDueQueue();
  const deadlines: Deadlines = makeDeadlines();
  let inFlight = 0;
  let peak = 0;
  let rang = Number.NEGATIVE_INFINITY;
  let isRunning = false;

  /** Runs what is due. It is looked at after every answer too: a busy event loop comes by here more often than it is rung. */
  const runDue = (): void => {
    if (isRunning) return;
    isRunning = true;
    rang = clock.now();
    deadlines.expire(rang);
    for (let run = queue.take(rang); run; run = queue.take(clock.now())) run();
    isRunning = false;
    setAlarm();
  };

  const setAlarm = (): void => {
    const next = Math.min(queue.next(), deadlines.next());
    const soonest = Math.max(next, rang + LEAST_BETWEEN_RINGS_MS);
    clock.ringAt(soonest, Math.max(queue.afterNext(), soonest + LEAST_BETWEEN_RINGS_MS));
  };

  const clock = await deps.makeClock(runDue);

  const at = (moment: number, run: () => void): void => {
    const before = queue.next();
    queue.add(moment, run);
    if (moment < before && !isRunning) setAlarm();
  };

  const unanswered = (moment: number): Answered => ({
    ok: false,
    status: undefined,
    headers: {},
    bytes: NOTHING,
    at: moment,
  });

  const send = (request: Planned): Promise<Answered> => {
    const sentAt = clock.now();
    recorder.offered(request);
    if (inFlight >= maxInFlight) {
      recorder.unsent(request, 'refused');
      return Promise.resolve(unanswered(sentAt));
    }
    recorder.lag(request, sentAt - Math.max(request.intendedAt, request.readyAt ?? 0));
    inFlight += 1;
    if (inFlight > peak) peak = inFlight;
    return new Promise((resolve) => {
      const fail = (failure: 'error' | 'timeout'): void => {
        const endedAt = clock.now();
        inFlight -= 1;
        recorder.ended(request, { sentAt, endedAt, answered: false, failure });
        resolve(unanswered(endedAt));
      };
      const cancel = transport.send(request, (outcome) => {
        forget();
        if (outcome.kind === 'error') return fail('error');
        const endedAt = Math.max(sentAt, clock.polledAt());
        const { status, headers, bytes } = outcome;
        const failure = failureOf(status, request.expected);
        inFlight -= 1;
        recorder.ended(request, { sentAt, endedAt, answered: true, failure });
        resolve({ ok: failure === undefined, status, headers, bytes, at: endedAt });
        if (queue.next() <= clock.now()) runDue();
      });
      const forget = deadlines.add(sentAt + timeoutMs, () => {
        cancel();
        fail('timeout');
      });
      if (inFlight === 1 && !isRunning) setAlarm();
    });
  };

  return {
    engine: {
      now: clock.now,
      at,
      send,
      abandon: (operation, intendedAt) => {
        const request = { operation, intendedAt };
        recorder.offered(request);
        recorder.unsent(request, 'abandoned');
      },
      session: recorder.session,
      settled: recorder.settled,
    },
    inFlight: () => inFlight,
    takePeak: () => {
      const taken = peak;
      peak = inFlight;
      return taken;
    },
    stop: async () => {
      await transport.close();
      await clock.stop();
    },
  };
};
