import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes lines of log, several at a time. */
export type LogWriter = {
  readonly write: (line: string) => void;
  /** Writes what is kept back. Call it before the process ends. */
  readonly flush: () => void;
};

/** How long a line is kept back at most, in ms, and how much at most, in characters. */
const FLUSH_MS = 50;
const FLUSH_CHARS = 64 * 1024;
/** A file beyond this is put aside as `FILE.1`, and a new one begun: a load test would fill the disk. In bytes. */
const ROTATE_BYTES = 64 * 1024 * 1024;

/** Appends lines to a file, in batches: a line each would cost more than the invocation that it tells of. */
export const makeLogFile = (file: string, rotateBytes = ROTATE_BYTES): LogWriter => {
  mkdirSync(dirname(file), { recursive: true });
  const open = (): number => openSync(file, 'a', 0o600);
  let fd = open();
  let size = fstatSync(fd).size;
  return batching((text) => {
    if (size > rotateBytes) {
      closeSync(fd);
      renameSync(file, `${file}.1`);
      fd = open();
      size = 0;
    }
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    size += bytes.length;
  });
};

/** Writes lines to a stream, such as standard output. */
export const makeLogStream = (stream: NodeJS.WritableStream): LogWriter =>
  batching((text) => void stream.write(text));

const batching = (put: (text: string) => void): LogWriter => {
  let kept = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = kept;
    kept = '';
    if (text !== '') put(text);
  };
  return {
    write: (line) => {
      kept += `${line}\n`;
      if (kept.length > FLUSH_CHARS) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
    },
    flush,
  };
};
