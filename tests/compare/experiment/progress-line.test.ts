import { describe, expect, it } from 'vitest';
import { barOf, makeProgressLine, minutes } from '../../../compare/experiment/progress-line.ts';
import type { ProgressEvent } from '../../../compare/experiment/run-deps.ts';
import { embedded, goodRun } from './runs.ts';

const target = embedded('serverless');
const run = { id: 'b1-02', target, shape: 'steady', seed: 1, block: 1, position: 2 };
const event = (more: Partial<ProgressEvent> = {}): ProgressEvent => ({
  ...{ phase: 'load', run, number: 7, of: 20, secondsLeft: 72, share: 0.35 },
  ...more,
});

const makeScreen = (columns: number | undefined) => {
  const screen = { text: '', at: 0 };
  const line = makeProgressLine({
    write: (text) => {
      screen.text += text;
    },
    columns: () => columns,
    now: () => screen.at,
  });
  return { screen, line };
};

describe('minutes', () => {
  it('When seconds are told, then as people read them', () => {
    expect([minutes(0), minutes(59.6), minutes(72), minutes(-3)]).toEqual(['0:00', '1:00', '1:12', '0:00']);
  });
});

describe('barOf', () => {
  it('When there is room, then bar, time left, run and phase are in one line', () => {
    expect(barOf(event(), 72, 120)).toBe(
      '[#######-------------] 1:12 left, run 7 of 20: serverless/postgres, steady, measuring',
    );
  });

  it('When the terminal is narrow, then the line is cut before its end, so that it never wraps', () => {
    for (const columns of [10, 40, 80]) expect(barOf(event(), 72, columns).length).toBeLessThan(columns);
    expect(barOf(event(), 72, 40)).toBe('[#######-------------] 1:12 left, run …');
  });
});

describe('makeProgressLine', () => {
  it('When it is a terminal, then the line is drawn again in its place, with the time that went by taken off', () => {
    const { screen, line } = makeScreen(120);
    line.onProgress(event());
    screen.at = 10_000;
    line.refresh();
    const drawn = screen.text.split('\r\u001b[2K');
    expect(drawn.map((text) => text.slice(23, 32))).toEqual(['', '1:12 left', '1:02 left']);
    expect(screen.text).not.toContain('\n');
    line.end();
    expect(screen.text.endsWith('\r\u001b[2K')).toBe(true);
    const before = screen.text;
    line.refresh();
    expect(screen.text).toBe(before);
  });

  it('When a run is over, then its gates are printed above the line and stay', () => {
    const { screen, line } = makeScreen(120);
    line.onProgress(event());
    line.onProgress(event({ phase: 'done', record: goodRun(target, 1, 5) }));
    expect(screen.text).toContain('\r\u001b[2Kok      serverless/postgres, steady, block 1\n\r\u001b[2K[');
  });

  it('When it is no terminal, then there is one plain line as a run begins, and its gates as it is over', () => {
    const { screen, line } = makeScreen(undefined);
    line.onProgress(event({ phase: 'start' }));
    line.onProgress(event());
    line.refresh();
    line.onProgress(event({ phase: 'done', record: goodRun(target, 1, 5) }));
    line.end();
    expect(screen.text).toBe(
      'run 7 of 20: serverless/postgres, steady, block 1; 1:12 left\nok      serverless/postgres, steady, block 1\n',
    );
  });
});
