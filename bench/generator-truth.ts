/** What the stalling server did, in ms of the machine's monotonic clock. `taken` and `answered` belong together by their place. */
export type StallLog = {
  readonly stalls: readonly (readonly [from: number, until: number])[];
  readonly taken: readonly number[];
  readonly answered: readonly number[];
};

const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** So many events after a stall are looked at to see how fast the server gets through those that have waited. */
const BURST = 40;

/** How long the server is busy with one of many that wait: the median gap between those right after each stall. */
const costOf = (moments: readonly number[], stalls: StallLog['stalls']): number => {
  const sorted = moments.toSorted((a, b) => a - b);
  const gaps = stalls.flatMap(([, until]) => {
    const first = sorted.findIndex((one) => one >= until);
    const burst = first === -1 ? [] : sorted.slice(first, first + BURST);
    return burst.slice(1).map((one, index) => one - (burst[index] ?? one));
  });
  return medianOf(gaps);
};

/** How long requests took, in ms, that no stall has touched. */
const servicesOf = ({ stalls, taken, answered }: StallLog): readonly number[] =>
  taken
    .map((from, index) => [from, answered[index] ?? from] as const)
    .filter(([from, until]) => !stalls.some((stall) => stall[0] < until && stall[1] > from - 1))
    .map(([from, until]) => until - from);

/**
 * The latencies that customers had who came at these moments, whatever a generator made of them, in ms, sorted. It follows
 * from the stall log:
 *
 * - a request that comes during a stall is taken when that is over, after the answers that fell due in it and after the
 *   requests that came before it, each of which keeps the server's only thread for a moment;
 * - then it takes the server's service time, as it was logged for requests that no stall touched;
 * - an answer that falls due in a stall leaves after it, one after the other too.
 *
 * A generator's own sends and receipts do not come into it. The server can only log what it was sent, but the figures taken
 * from requests (service time, and what taking and answering one of many costs) do not depend on when they came. What is
 * left out is the way over the loopback interface and through both sockets, 0.1 to 0.3 ms: it counts as error.
 *
 * @param moments in ms of the monotonic clock, rising
 */
export const trueLatencies = (log: StallLog, moments: readonly number[]): Float64Array => {
  const { stalls } = log;
  const stallAt = (moment: number) => stalls.find(([from, until]) => moment >= from && moment < until);
  const services = servicesOf(log);
  const taking = costOf(log.taken, stalls);
  const answering = costOf(log.answered, stalls);
  let taken = Number.NEGATIVE_INFINITY;
  let answered = Number.NEGATIVE_INFINITY;
  let stall: StallLog['stalls'][number] | undefined;
  const latencies = moments.map((moment, index) => {
    const isFirst = stall === undefined;
    stall = stallAt(moment);
    const free = stall ? Math.max(stall[1], isFirst ? answered : 0) : moment;
    taken = Math.max(free, taken + taking);
    const due = taken + (services[index % services.length] ?? Number.NaN);
    answered = Math.max(stallAt(due)?.[1] ?? due, answered + answering);
    return answered - moment;
  });
  return Float64Array.from(latencies).sort();
};

/** The least of these sorted values that so many per cent of them do not exceed. */
export const percentileOf = (sorted: Float64Array, percent: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
