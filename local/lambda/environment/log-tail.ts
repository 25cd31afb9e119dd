import { StringDecoder } from 'node:string_decoder';

/** Lambda returns this much of an invocation's log with `X-Amz-Log-Type: Tail`, in bytes. */
const TAIL_BYTES = 4_096;

/** CloudWatch Logs takes no larger event, in characters: a line without an end must not fill our memory. */
const LONGEST_LINE = 1_048_576;

/** The last 4 KB of a log. */
export type LogTail = { readonly push: (line: string) => void; readonly text: () => string };

/** Keeps no more lines than it needs, whatever a function prints. */
export const makeLogTail = (): LogTail => {
  let lines: string[] = [];
  let size = 0;
  const text = (): string => {
    const all = lines.length > 0 ? `${lines.join('\n')}\n` : '';
    if (size <= TAIL_BYTES / 3) return all;
    const bytes = Buffer.from(all);
    let from = Math.max(0, bytes.length - TAIL_BYTES);
    // Not from the middle of a character
    while (from > 0 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
    return bytes.toString('utf8', from);
  };
  const push = (line: string): void => {
    lines.push(line.length > TAIL_BYTES ? line.slice(-TAIL_BYTES) : line);
    size += line.length + 1;
    if (size < 8 * TAIL_BYTES) return;
    lines = text().split('\n').slice(0, -1);
    size = TAIL_BYTES;
  };
  return { push, text };
};

/** Cuts a stream of bytes into lines. */
export type LineCutter = {
  readonly push: (chunk: Buffer) => void;
  /** What is left without a line break becomes a line. */
  readonly flush: () => void;
};

/** @param onLine told of each line without its line break */
export const makeLineCutter = (onLine: (line: string) => void): LineCutter => {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const push = (chunk: Buffer): void => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length <= LONGEST_LINE) return;
    onLine(rest);
    rest = '';
  };
  const flush = (): void => {
    if (rest === '') return;
    const line = rest;
    rest = '';
    onLine(line);
  };
  return { push, flush };
};
