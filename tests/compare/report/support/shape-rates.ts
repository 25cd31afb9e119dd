/** Requests a second in a second of a shape, and how long the whole is. */
export const SHAPES: Readonly<Record<string, (second: number) => number>> = {
  steady: () => 40,
  spike: (second) => (second >= 20 && second < 32 ? 160 : 16),
  'on-off': (second) => (second % 24 < 8 ? 60 : 0),
};

/** Seconds of a run that are measured, and those of the warm-up before them. */
export const DURATION = 60;
export const WARM_UP = 5;
