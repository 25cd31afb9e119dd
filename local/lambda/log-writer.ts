import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes lines of log, several at a time. */
export type LogWriter = {
  readonly write: (line: string) => void;
  /** Writes what is kept back. Call it before the process ends. */
  readonly flush: () => void;
};

/** How long a line is kept back at most, in ms, and how much at most, in bytes. */
const FLUSH_MS = 50;
const FLUSH_BYTES = 64 * 1024;
const LINE_BREAK = 0x0a;
/** A file beyond this is put aside as `FILE.1`, and a new one begun: a load test would fill the disk. In bytes. */
const ROTATE_BYTES = 64 * 1024 * 1024;

/** Appends lines to a file, in batches: a line each would cost more than the invocation that it tells of. */
export const makeLogFile = (file: string, rotateBytes = ROTATE_BYTES): LogWriter => {
  mkdirSync(dirname(file), { recursive: true });
  const open = (): number => openSync(file, 'a', 0o600);
  let fd = open();
  let size = fstatSync(fd).size;
  return batching((bytes) => {
    if (size > rotateBytes) {
      closeSync(fd);
      renameSync(file, `${file}.1`);
      fd = open();
      size = 0;
    }
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    size += bytes.length;
  });
};

/** Writes lines to a stream, such as standard output. */
export const makeLogStream = (stream: NodeJS.WritableStream): LogWriter =>
  batching((bytes) => void stream.write(Buffer.from(bytes)));

/** `put` takes bytes that are valid during the call only. They are kept as bytes: so many short texts would cost more to collect. */
const batching = (put: (bytes: Buffer) => void): LogWriter => {
  const kept = Buffer.allocUnsafe(FLUSH_BYTES);
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const bytes = kept.subarray(0, size);
    size = 0;
    if (bytes.length > 0) put(bytes);
  };
  return {
    write: (line) => {
      // Three bytes are the most that a unit of UTF-16 takes
      const most = line.length * 3 + 1;
      if (size + most > FLUSH_BYTES) flush();
      if (most > FLUSH_BYTES) {
        put(Buffer.from(`${line}\n`));
        return;
      }
      size += kept.write(line, size);
      kept[size] = LINE_BREAK;
      size += 1;
      timer ??= setTimeout(flush, FLUSH_MS);
    },
    flush,
  };
};
