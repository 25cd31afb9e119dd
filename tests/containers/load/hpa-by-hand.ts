/**
 * The rule of Kubernetes' HorizontalPodAutoscaler once more, written from its page alone
 * (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/), to hold the stack tool's decisions against:
 * nothing here is shared with local/containers.
 */

/** What the tool prints of a replica. Instants in ms since 1970. */
export type PrintedPod = {
  readonly name: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly startedAt: number;
  readonly readyChangedAt: number;
  readonly cpu?: { readonly milli: number; readonly at: number; readonly windowMs: number };
};

/** A decision, as the tool prints it: of all that it prints, what is an input, and the outcome. */
export type Printed = {
  readonly time: string;
  readonly service: string;
  readonly current: number;
  readonly desired: number;
  readonly pods: readonly PrintedPod[];
  readonly failed?: string;
};

/** The numbers that the tool was started with. Times in ms, CPU in thousandths of a core. */
export type Numbers = {
  readonly target: number;
  readonly request: number;
  readonly min: number;
  readonly max: number;
  readonly upPods: number;
  readonly upPeriod: number;
  readonly downWindow: number;
};

/** Kubernetes' defaults, which the test leaves as they are. */
const TOLERANCE = 0.1;
const INITIALIZATION = 300_000;
const READINESS_DELAY = 30_000;

/** "The average" is of the pods that are ready: young ones only with a metric from after they became so. */
const counts = ({ ready, startedAt, readyChangedAt, cpu }: PrintedPod, now: number): boolean => {
  if (!cpu) return false;
  const young = now < startedAt + INITIALIZATION;
  if (young) return ready && cpu.at - cpu.windowMs >= readyChangedAt;
  return ready || readyChangedAt >= startedAt + READINESS_DELAY;
};

/** desiredReplicas = ceil(currentReplicas x currentMetricValue / desiredMetricValue), with what the page says of pods set aside. */
const recommended = ({ current, pods }: Printed, { target, request }: Numbers, now: number): number => {
  const alive = pods.filter(({ phase }) => phase !== 'ended');
  const counted = alive.filter((pod) => pod.phase === 'running' && counts(pod, now));
  const missing = alive.filter((pod) => pod.phase === 'running' && !pod.cpu);
  const notReady = alive.length - counted.length - missing.length;
  if (counted.length === 0) return current;
  const used = counted.reduce((sum, { cpu }) => sum + Math.ceil(cpu?.milli ?? 0), 0);
  // Utilization is a whole number of per cent.
  const ratioOf = (milli: number, replicas: number): number =>
    Math.floor((100 * milli) / (replicas * request)) / target;
  const near = (ratio: number): boolean => Math.abs(ratio - 1) <= TOLERANCE + 1e-12;
  const first = ratioOf(used, counted.length);
  const up = first > 1;
  if (missing.length === 0 && (!up || notReady === 0))
    return near(first) ? current : Math.ceil(counted.length * first);
  // "Assume 100 % for those without a metric on the way down, 0 % for them and for the unready on the way up."
  const replicas = counted.length + missing.length + (up ? notReady : 0);
  const second = ratioOf(used + (up ? 0 : missing.length * request), replicas);
  if (near(second) || second > 1 !== up) return current;
  const asked = Math.ceil(replicas * second);
  return up ? Math.max(current, asked) : Math.min(current, asked);
};

/** A line may come so much later than the change that it tells of, in ms. */
const TOLD_LATE = 250;

/**
 * Follows a run of the tool. `toldAt` is when its line came, in ms since 1970: a change was carried out just before. The
 * replicas that there should be after a decision; two numbers when a change is just leaving the period of the rate.
 */
export const makeHpaByHand = (numbers: Numbers) => {
  const { min, max, upPods, upPeriod, downWindow } = numbers;
  const asked: { readonly at: number; readonly replicas: number }[] = [];
  const changed: { readonly at: number; readonly by: number }[] = [];

  const decide = (line: Printed, periodMs: number): number => {
    const now = Date.parse(line.time);
    const { current } = line;
    const wanted = asked.at(-1)?.replicas ?? current;
    const lately = changed.filter(({ at }) => now - at < periodMs).reduce((sum, { by }) => sum + by, 0);
    const start = current - lately;
    const most = Math.max(current, start + upPods, 2 * start);
    const highest = Math.max(
      ...asked.filter(({ at }) => now - at < downWindow).map(({ replicas }) => replicas),
    );
    const desired = wanted > current ? Math.min(wanted, most) : Math.min(current, highest);
    return Math.min(Math.max(desired, min), max);
  };

  return (line: Printed, toldAt: number): readonly number[] => {
    const now = Date.parse(line.time);
    const { current, desired } = line;
    if (asked.length === 0) asked.push({ at: now, replicas: current });
    asked.push({ at: now, replicas: recommended(line, numbers, now) });
    const possible = [upPeriod, upPeriod - TOLD_LATE].map((periodMs) => decide(line, periodMs));
    if (desired !== current && line.failed === undefined) changed.push({ at: toldAt, by: desired - current });
    return [...new Set(possible)];
  };
};
