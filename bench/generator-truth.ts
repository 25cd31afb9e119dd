/** What the stalling server did, in ms of the machine's monotonic clock. `taken` and `answered` belong together by their place. */
export type StallLog = {
  readonly stalls: readonly (readonly [from: number, until: number])[];
  readonly taken: readonly number[];
  readonly answered: readonly number[];
};

const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** So many requests after a stall are looked at to see how fast the server takes those that have waited. */
const BURST = 50;

/** How long it takes the server to take one of many waiting requests: the median gap between those right after each stall. */
const takingOf = ({ stalls, taken }: StallLog): number => {
  const sorted = taken.toSorted((a, b) => a - b);
  const gaps = stalls.flatMap(([, until]) => {
    const burst = sorted.slice(sorted.findIndex((one) => one >= until)).slice(0, BURST);
    return burst.slice(1).map((one, index) => one - (burst[index] ?? one));
  });
  return medianOf(gaps);
};

/**
 * The latencies that customers had who came at these moments, whatever a generator made of them, in ms, sorted. It follows
 * from the stall log: a request that comes during a stall is taken when that is over and those before it have been taken;
 * then it takes the server's service time, as it logged it for requests that no stall touched; and when that ends during a
 * stall, the answer leaves after it. The generator's own sends and receipts do not come into it, except that the server can
 * only log what it was sent: the two figures taken from requests (service time and the time of taking one) are medians or
 * samples of many, which do not depend on when exactly they came.
 *
 * What it leaves out is the way over the loopback interface and the server's reading and writing, some 0.1 ms.
 *
 * @param moments in ms of the monotonic clock, rising
 */
export const trueLatencies = (log: StallLog, moments: readonly number[]): Float64Array => {
  const { stalls, taken, answered } = log;
  const stallAt = (moment: number) => stalls.find(([from, until]) => moment >= from && moment < until);
  const services = taken
    .map((from, index) => [from, answered[index] ?? from] as const)
    .filter(([from, until]) => !stalls.some((stall) => stall[0] < until && stall[1] > from - 1))
    .map(([from, until]) => until - from);
  const taking = takingOf(log);
  let waiting = 0;
  const latencies = moments.map((moment, index) => {
    const stall = stallAt(moment);
    waiting = stall ? waiting + 1 : 0;
    const from = stall ? stall[1] + waiting * taking : moment;
    const until = from + (services[index % services.length] ?? Number.NaN);
    return (stallAt(until)?.[1] ?? until) - moment;
  });
  return Float64Array.from(latencies).sort();
};

/** The least of these sorted values that so many per cent of them do not exceed. */
export const percentileOf = (sorted: Float64Array, percent: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
