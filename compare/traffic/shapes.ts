/**
 * How traffic goes up and down over a run. The mean of every shape over the whole run is `rate`, so that runs of different
 * shapes send equally many requests; `peak` says how high it goes. Before the run, in the warm-up, it goes at its first rate.
 */

/** A shape of traffic. */
export type Shape = {
  /** What it is, in a line. */
  readonly says: string;
  /** Its highest rate, in means. */
  readonly peak: number;
  /** The rate in means at a point of the run, 0 at its start and 1 at its end. */
  readonly at: (part: number) => number;
  /** Photos that are uploaded beside it, per planned request of the mean rate. */
  readonly photosAt?: (part: number) => number;
};

const within = (part: number, from: number, to: number): boolean => part >= from && part < to;

/** The four levels of `step`. */
const LEVELS = [0.4, 0.8, 1.2, 1.6] as const;

/** Where `spike` has its tenth of the run, and how high it is there. */
const SPIKE = { from: 0.45, to: 0.55, high: 3.7, low: 0.7 } as const;

/** `on-off` is on in the ninths of the run with these numbers, from 0. */
const ON_NINTHS: readonly number[] = [0, 4, 8];

/** Relative traffic of the hours of a day: quiet at 4, a small summit at noon and a higher one at 20. */
const HOURS = [
  0.45, 0.3, 0.22, 0.18, 0.16, 0.2, 0.35, 0.6, 0.85, 1.05, 1.2, 1.35, 1.45, 1.3, 1.2, 1.15, 1.2, 1.35, 1.6,
  1.85, 1.95, 1.7, 1.2, 0.75,
] as const;
const HOURS_MEAN = HOURS.reduce((sum, hour) => sum + hour, 0) / HOURS.length;

/** The line from each hour to the next; the last one leads back to the first, so that its mean is that of the hours. */
const dayAt = (part: number): number => {
  const hour = part * HOURS.length;
  const from = Math.floor(hour) % HOURS.length;
  const [here = 0, next = 0] = [HOURS[from], HOURS[(from + 1) % HOURS.length]];
  return (here + (next - here) * (hour - Math.floor(hour))) / HOURS_MEAN;
};

/** Every shape by its name. */
export const SHAPES = {
  /** The same rate throughout. */
  steady: { says: 'the same rate throughout', peak: 1, at: () => 1 },
  /** A straight line from a fifth of the mean to nine fifths. */
  ramp: {
    says: 'from a fifth of the rate to nine fifths, evenly',
    peak: 1.8,
    at: (part) => 0.2 + 1.6 * part,
  },
  /** Four levels, a quarter of the run each. */
  step: {
    says: 'four levels: 0.4, 0.8, 1.2 and 1.6 of the rate',
    peak: 1.6,
    at: (part) => LEVELS[Math.min(3, Math.floor(part * 4))] ?? 0,
  },
  /** At once more than five times as much, for the tenth in the middle. */
  spike: {
    says: '0.7 of the rate, and for the tenth in the middle 3.7 of it',
    peak: SPIKE.high,
    at: (part) => (within(part, SPIKE.from, SPIKE.to) ? SPIKE.high : SPIKE.low),
  },
  /** Three bursts of a ninth each, with a third of the run in silence after the first and the second. */
  'on-off': {
    says: 'three bursts of a ninth at 3 times the rate, with a third of the run in silence between them',
    peak: 3,
    at: (part) => (ON_NINTHS.includes(Math.min(8, Math.floor(part * 9))) ? 3 : 0),
  },
  /** From midnight to midnight. */
  day: {
    says: "a day's curve from midnight to midnight, compressed into the run",
    peak: Math.max(...HOURS) / HOURS_MEAN,
    at: dayAt,
  },
  /** `steady`, with a photo for every tenth request in the fifth in the middle. */
  'photo-burst': {
    says: 'steady, and in the fifth in the middle photos at a tenth of the rate beside it',
    peak: 1.2,
    at: () => 1,
    photosAt: (part) => (within(part, 0.4, 0.6) ? 0.1 : 0),
  },
} as const satisfies Readonly<Record<string, Shape>>;

/** The name of a shape. */
export type ShapeName = keyof typeof SHAPES;

/** The shape of a name. */
export const shapeOf = (name: ShapeName): Shape => SHAPES[name];

/**
 * Planned requests per second of a shape at `seconds` after the start of the measured time; before it, in the warm-up, those of
 * its first moment, and none after its end. Photos of a burst come on top.
 */
export const rateAt = (shape: Shape, rate: number, seconds: number, durationSeconds: number): number =>
  seconds >= durationSeconds ? 0 : rate * shape.at(Math.max(0, seconds) / durationSeconds);

/** Photos per second that a shape adds, at `seconds` after the start of the measured time. Each is two planned requests. */
export const photosAt = (shape: Shape, rate: number, seconds: number, durationSeconds: number): number =>
  seconds < 0 || seconds >= durationSeconds ? 0 : rate * (shape.photosAt?.(seconds / durationSeconds) ?? 0);
