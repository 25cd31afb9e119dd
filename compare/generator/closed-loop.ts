import type { Failures } from '../results/run-record.ts';
import { makeDeadlines } from './deadlines.ts';
import type { Transport } from './transport.ts';
import type { Planned } from './types.ts';

/** A request of a closed loop has no intended moment: it is sent when the one before it was answered. */
export type LoopRequest = Omit<Planned, 'intendedAt' | 'readyAt' | 'reactive'>;

/** What is run. */
export type ClosedLoop = {
  /** Each has one request in flight at any time. */
  readonly callers: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  readonly timeoutMs: number;
  readonly next: (caller: number) => LoopRequest;
};

/**
 * How much a system takes when it is asked again the moment it has answered. There is no latency in here on purpose: a slow
 * answer holds the next request back, so a percentile of a closed loop tells of no customer.
 */
export type ClosedLoopResult = {
  readonly mode: 'closed-loop';
  readonly callers: number;
  readonly seconds: number;
  /** With any status. */
  readonly answered: number;
  /** Expected answers per second. */
  readonly throughput: number;
  readonly failures: Failures;
  readonly generator: { readonly cpuSeconds: number };
};

/** What it stands on. */
export type ClosedLoopDeps = {
  readonly transport: Transport;
  /** ms, monotonic. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** CPU time of this process so far, s. */
  readonly cpuSeconds: () => number;
};

/** Time-outs are looked for so often, ms. */
const LOOK_MS = 50;

/** Runs a closed loop; what is in flight at its end is cut off and not counted. Never rejects for what the system does. */
export const runClosedLoop = async (loop: ClosedLoop, deps: ClosedLoopDeps): Promise<ClosedLoopResult> => {
  const { transport, now } = deps;
  const deadlines = makeDeadlines();
  const failures = new Map<string, number>();
  let answered = 0;
  let good = 0;
  let isMeasured = false;
  let isOver = false;

  const failed = (failure: string): void => {
    if (isMeasured) failures.set(failure, (failures.get(failure) ?? 0) + 1);
  };

  const call = (caller: number): void => {
    if (isOver) return;
    const request = loop.next(caller);
    const cancel = transport.send({ ...request, intendedAt: 0 }, (outcome) => {
      forget();
      if (isOver) return;
      if (outcome.kind === 'error') {
        failed('error');
        // Not at once: a port that nobody listens on answers faster than anything, and would keep this process busy.
        void deps.wait(LOOK_MS).then(() => call(caller));
        return;
      }
      if (isMeasured) answered += 1;
      if (!request.expected.includes(outcome.status)) failed(`status-${outcome.status}`);
      else if (isMeasured) good += 1;
      call(caller);
    });
    const forget = deadlines.add(now() + loop.timeoutMs, () => {
      cancel();
      failed('timeout');
      call(caller);
    });
  };

  const passes = async (ms: number): Promise<void> => {
    for (const end = now() + ms; now() < end; deadlines.expire(now())) {
      await deps.wait(Math.min(LOOK_MS, end - now()));
    }
  };

  for (let caller = 0; caller < loop.callers; caller += 1) call(caller);
  await passes(loop.warmUpMs);
  isMeasured = true;
  const from = { at: now(), cpu: deps.cpuSeconds() };
  await passes(loop.durationMs);
  const seconds = (now() - from.at) / 1_000;
  const cpuSeconds = deps.cpuSeconds() - from.cpu;
  isOver = true;
  await transport.close();
  return {
    mode: 'closed-loop',
    callers: loop.callers,
    seconds,
    answered,
    throughput: good / seconds,
    failures: Object.fromEntries(failures),
    generator: { cpuSeconds },
  };
};
