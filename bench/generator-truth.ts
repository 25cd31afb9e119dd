/** What the stalling server did, in ms of the machine's monotonic clock. `taken` and `answered` belong together by their place. */
export type StallLog = {
  readonly stalls: readonly (readonly [from: number, until: number])[];
  readonly taken: readonly number[];
  readonly answered: readonly number[];
};

type Stall = StallLog['stalls'][number];

/** The events after a stall, one for each call, in their order; undefined when the log has no more. */
const eventsAfter = (
  moments: readonly number[],
  stalls: StallLog['stalls'],
): ((stall: Stall) => number | undefined) => {
  const sorted = moments.toSorted((a, b) => a - b);
  const next = new Map(stalls.map((stall) => [stall, sorted.findIndex((one) => one >= stall[1])]));
  return (stall) => {
    const place = next.get(stall) ?? -1;
    if (place === -1) return undefined;
    next.set(stall, place + 1);
    return sorted[place];
  };
};

/** How long requests took, in ms, that no stall has touched. */
const servicesOf = ({ stalls, taken, answered }: StallLog): readonly number[] =>
  taken
    .map((from, index) => [from, answered[index] ?? from] as const)
    .filter(([from, until]) => !stalls.some((stall) => stall[0] < until && stall[1] > from - 1))
    .map(([from, until]) => until - from);

/**
 * The latencies that customers had who came at these moments, whatever a generator made of them, in ms, sorted. It follows
 * from the server's log:
 *
 * - the first customer who comes during a stall is taken when the server took its first request after it, the second one with
 *   its second, and so on: the log says how fast it got through those that had waited;
 * - who comes while those are still being taken is taken after them;
 * - then it takes the server's service time, as it was logged for requests that no stall touched;
 * - answers that fall due in a stall leave when the server sent its first, second and so on after it.
 *
 * When a generator sent does not come into it, and when it received does not either. One that leaves out requests during a
 * stall makes the server's later ones stand in for them, so that the truth is greater, and what it says is less. What is
 * left out is the way over the loopback interface and through both sockets, 0.1 to 0.3 ms: it counts as error.
 *
 * @param moments in ms of the monotonic clock, rising
 */
export const trueLatencies = (log: StallLog, moments: readonly number[]): Float64Array => {
  const { stalls } = log;
  const stallAt = (moment: number) => stalls.find(([from, until]) => moment >= from && moment < until);
  const services = servicesOf(log);
  const nextTaken = eventsAfter(log.taken, stalls);
  const nextAnswered = eventsAfter(log.answered, stalls);
  let taken = Number.NEGATIVE_INFINITY;
  const latencies = moments.map((moment, index) => {
    const came = stallAt(moment);
    taken = Math.max(taken, came ? (nextTaken(came) ?? came[1]) : moment);
    const due = taken + (services[index % services.length] ?? Number.NaN);
    const fell = stallAt(due);
    return (fell ? (nextAnswered(fell) ?? fell[1]) : due) - moment;
  });
  return Float64Array.from(latencies).sort();
};

/** The least of these sorted values that so many per cent of them do not exceed. */
export const percentileOf = (sorted: Float64Array, percent: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
