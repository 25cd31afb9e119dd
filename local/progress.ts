import type { WriteStream } from 'node:tty';

/** One line of the display: something that is being done, and how it stands. */
export type Step = {
  /** Says how far it is, e.g. `7 of 12`. */
  readonly tell: (detail: string) => void;
  /** It is done. Its time is shown in seconds. */
  readonly done: (detail?: string) => void;
  /** It went wrong. */
  readonly failed: (detail: string) => void;
};

/** Shows what is being done: live lines on a terminal, one plain line for each end elsewhere. */
export type Progress = {
  readonly step: (name: string) => Step;
  /** Shows lines below everything, again and again, on a terminal only. */
  readonly below: (lines: () => readonly string[]) => void;
  /** Prints a text between, below what is done. */
  readonly print: (text: string) => void;
  /** Ends the display: what is shown stays, and no step changes it any more. */
  readonly end: () => void;
};

type Line = {
  readonly name: string;
  readonly startedAt: number;
  detail: string;
  state: State;
  endedAt: number;
};
type State = 'running' | 'done' | 'failed';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const MARKS: Readonly<Record<Exclude<State, 'running'>, string>> = { done: '✓', failed: '✗' };
const FRAME_MS = 100;
const NAME_WIDTH = 24;

const textOf = (line: Line, now: number, frame: number): string => {
  const mark = line.state === 'running' ? FRAMES[frame % FRAMES.length] : MARKS[line.state];
  const seconds = ((line.state === 'running' ? now : line.endedAt) - line.startedAt) / 1000;
  return `${mark} ${line.name.padEnd(NAME_WIDTH)}${`${seconds.toFixed(1)} s`.padStart(7)}  ${line.detail}`.trimEnd();
};

/**
 * Makes a display on a stream.
 *
 * @param out the terminal, or a file or pipe
 * @param now a clock in ms
 */
export const makeProgress = (
  out: Pick<WriteStream, 'write'> & Partial<WriteStream>,
  now = Date.now,
): Progress => {
  const live = out.isTTY === true;
  let lines: Line[] = [];
  let block: (() => readonly string[]) | undefined;
  let shown = 0;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  const erase = (): string => (shown > 0 ? `\x1b[${shown}A\x1b[0J` : '');
  const draw = (before = ''): void => {
    if (!live || over) return;
    const width = Math.max(20, (out.columns || 80) - 1);
    const all = [...lines.map((line) => textOf(line, now(), frame)), ...(block?.() ?? [])];
    out.write(`${erase()}${before}${all.map((text) => `${text.slice(0, width)}\n`).join('')}`);
    shown = all.length;
  };
  /** Lines that have ended, and that no running line stands above, scroll away and are not drawn again. */
  const settle = (): void => {
    draw();
    const running = lines.findIndex(({ state }) => state === 'running');
    const ended = running < 0 ? lines.length : running;
    lines = lines.slice(ended);
    shown -= ended;
    if (lines.length === 0 && !block) {
      clearInterval(timer);
      timer = undefined;
      shown = 0;
    }
  };
  const finish = (line: Line, state: State, detail: string): void => {
    if (line.state !== 'running' || over) return;
    Object.assign(line, { state, detail, endedAt: now() });
    if (live) settle();
    else out.write(`${textOf(line, now(), 0)}\n`);
  };

  const tick = (): void => {
    timer ??= setInterval(() => {
      frame += 1;
      draw();
    }, FRAME_MS).unref();
  };

  return {
    step: (name) => {
      const line: Line = { name, startedAt: now(), detail: '', state: 'running', endedAt: 0 };
      if (live && !over) {
        lines.push(line);
        tick();
        draw();
      }
      return {
        tell: (detail) => {
          line.detail = detail;
          draw();
        },
        done: (detail = '') => finish(line, 'done', detail),
        failed: (detail) => finish(line, 'failed', detail),
      };
    },
    below: (show) => {
      if (!live || over) return;
      block = show;
      tick();
      draw();
    },
    print: (text) => {
      if (live && !over && (lines.length > 0 || block)) draw(`${text}\n`);
      else out.write(`${text}\n`);
    },
    end: () => {
      draw();
      clearInterval(timer);
      over = true;
    },
  };
};
