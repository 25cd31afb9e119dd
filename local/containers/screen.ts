import type { WriteStream } from 'node:tty';

/**
 * Shows texts of several lines: on a terminal each in the place of the one before, elsewhere one below the other with
 * an empty line between.
 *
 * @param out the terminal, or a file or pipe
 */
export const makeScreen = (
  out: Pick<WriteStream, 'write'> & Partial<WriteStream>,
): ((text: string) => void) => {
  let shown = 0;
  return (text) => {
    if (!out.isTTY) {
      out.write(shown > 0 ? `\n${text}\n` : `${text}\n`);
      shown = 1;
      return;
    }
    const width = Math.max(20, (out.columns || 80) - 1);
    // More lines than the terminal has would scroll, and never be erased.
    const height = Math.max(2, (out.rows || 24) - 1);
    const lines = text.split('\n').slice(0, height);
    const erase = shown > 0 ? `\x1b[${shown}A\x1b[0J` : '';
    out.write(`${erase}${lines.map((line) => `${line.slice(0, width)}\n`).join('')}`);
    shown = lines.length;
  };
};
