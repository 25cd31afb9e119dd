import { peakKb } from './proc.ts';

/**
 * The memory's high-water mark takes 40 us to read, an invocation may take 30, and 10 ms of waiting for a core among 50 others.
 * One that was shorter than this, in ms, has hardly filled 30 MB: it waits for the next read, which is due after this long.
 */
const SHORT_MS = 10;
const PEAK_AGE_MS = 250;

/** The most memory that a process has had, in KB. */
export type PeakMemory = {
  /** Looks now. */
  readonly read: () => void;
  /** What the process itself says of it; 0 where the system tells. */
  readonly told: (kb: number) => void;
  /** After an invocation of `ranMs`. */
  readonly after: (ranMs: number) => number;
};

/** Follows the memory of a process, or of none. */
export const makePeakMemory = (pid: number | undefined): PeakMemory => {
  let toldKb = 0;
  let seen = { kb: 0, at: Number.NEGATIVE_INFINITY };
  const read = (): void => {
    if (pid !== undefined) seen = { kb: Math.max(peakKb(pid) ?? 0, seen.kb), at: performance.now() };
  };
  return {
    read,
    told: (kb) => {
      toldKb = kb;
    },
    after: (ranMs) => {
      if (ranMs > SHORT_MS || performance.now() - seen.at > PEAK_AGE_MS) read();
      return Math.max(seen.kb, toldKb);
    },
  };
};
