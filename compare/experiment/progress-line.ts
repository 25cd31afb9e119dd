import { gateLines } from './gate-lines.ts';
import type { Phase, ProgressEvent } from './run-deps.ts';

/** Where progress is shown; `columns` is undefined where it is no terminal. */
export type Screen = {
  readonly write: (text: string) => void;
  readonly columns: () => number | undefined;
  /** ms of any clock. */
  readonly now: () => number;
};

/** Shows how far a plan is. */
export type ProgressLine = {
  readonly onProgress: (event: ProgressEvent) => void;
  /** Draws the line again with the time that is left now; nothing where it is no terminal. */
  readonly refresh: () => void;
  /** Takes the line away. */
  readonly end: () => void;
};

const WORDS: Readonly<Record<Phase, string>> = {
  start: 'starting',
  smoke: 'smoke test',
  prepare: 'preparing',
  'warm-up': 'warming up',
  load: 'measuring',
  check: 'checking',
  stop: 'stopping',
  done: 'done',
};

const BAR = 20;

/** Some seconds as people read them, e.g. `1:05`. */
export const minutes = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** The line of a terminal: a bar, the run, its phase, and the time left; cut to the width. */
export const barOf = (
  { share, number, of, phase, run }: ProgressEvent,
  secondsLeft: number,
  columns: number,
): string => {
  const full = Math.min(BAR, Math.floor(share * BAR));
  const bar = `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}]`;
  const text = `${bar} ${minutes(secondsLeft)} left, run ${number} of ${of}: ${run.target.name}, ${run.shape}, ${WORDS[phase]}`;
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
};

/** Takes the cursor to the begin of its line and empties it. */
const EMPTY_LINE = '\r\u001b[2K';

/**
 * Shows a plan's progress: on a terminal one line that is drawn again, elsewhere a line when a run begins. When a run is over, its
 * gates are printed and stay.
 */
export const makeProgressLine = ({ write, columns, now }: Screen): ProgressLine => {
  let last: { readonly event: ProgressEvent; readonly at: number } | undefined;
  let drawn = false;
  const clear = (): void => {
    if (drawn) write(EMPTY_LINE);
    drawn = false;
  };
  const refresh = (): void => {
    const width = columns();
    if (!last || width === undefined) return;
    const left = last.event.secondsLeft - (now() - last.at) / 1000;
    write(`${EMPTY_LINE}${barOf(last.event, left, width)}`);
    drawn = true;
  };
  return {
    refresh,
    end: () => {
      clear();
      last = undefined;
    },
    onProgress: (event) => {
      last = { event, at: now() };
      const { phase, run, number, of, secondsLeft, record } = event;
      if (record) {
        clear();
        write(`${gateLines(record).join('\n')}\n`);
      }
      if (columns() !== undefined) refresh();
      else if (phase === 'start')
        write(
          `run ${number} of ${of}: ${run.target.name}, ${run.shape}, block ${run.block}; ${minutes(secondsLeft)} left\n`,
        );
    },
  };
};
