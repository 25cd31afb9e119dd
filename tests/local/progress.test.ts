import { describe, expect, it } from 'vitest';
import { makeProgress } from '../../local/progress.ts';

const ESCAPE = String.fromCharCode(27);

/** What a terminal of endless height shows after all that was written: rows, with the cursor moves applied. */
const screenOf = (written: string): string[] => {
  const rows: string[] = [''];
  let row = 0;
  for (const part of written.split(new RegExp(`(${ESCAPE}\\[\\d+[AJ]|\\n)`))) {
    const move = new RegExp(`^${ESCAPE}\\[(\\d+)([AJ])$`).exec(part);
    if (move?.[2] === 'A') row -= Number(move[1]);
    else if (move?.[2] === 'J') rows.splice(row, rows.length, '');
    else if (part === '\n') rows[++row] ??= '';
    else rows[row] += part;
  }
  return rows.filter(Boolean);
};

const display = (isTTY: boolean) => {
  let written = '';
  let now = 0;
  const write = (text: string): boolean => {
    written += text;
    return true;
  };
  const out = { isTTY, columns: 80, write };
  const progress = makeProgress(out as never, () => now);
  return {
    progress,
    written: () => written,
    screen: () => screenOf(written),
    pass: (ms: number) => {
      now += ms;
    },
  };
};

describe('the progress display', () => {
  it('When it is no terminal, then each step is one plain line at its end', () => {
    const { progress, written, pass } = display(false);
    const step = progress.step('PostgreSQL');
    step.tell('half');
    expect(written()).toBe('');
    pass(1_234);
    step.done('fine');
    expect(written()).toBe('✓ PostgreSQL                1.2 s  fine\n');
  });

  it('When steps run at the same time on a terminal, then each has its line, which is drawn over', () => {
    const { progress, screen } = display(true);
    const first = progress.step('first');
    const second = progress.step('second');
    second.tell('1 of 2');
    expect(screen()).toHaveLength(2);
    second.done();
    first.failed('no');
    expect(screen().map((line) => line.slice(0, 8))).toEqual(['✗ first ', '✓ second']);
    progress.end();
  });

  it('When a text is printed while a step runs, then it stands above the live line and both stay whole', () => {
    const { progress, screen } = display(true);
    const step = progress.step('working');
    progress.print('a note');
    step.done();
    expect(screen().map((line) => line.trim().split(/ {2,}/)[0])).toEqual(['a note', '✓ working']);
    progress.end();
  });
});
