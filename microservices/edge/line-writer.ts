import { writeSync } from 'node:fs';

/** A line is written at once, and what follows in blocks of this size or after so many ms: a call a line costs more. */
const BLOCK = 16 * 1024;
const LATEST_MS = 100;

/** Longest wait for a reader that does not read, in ms; then the block is dropped. */
const PATIENCE_MS = 1_000;
const PAUSE_MS = 5;

/** Writes lines to a file descriptor. */
export type LineWriter = { readonly write: (line: string) => void; readonly flush: () => void };

/**
 * Makes a writer of lines. Nobody reading any more (EPIPE) silences it and is no fault of the service, which goes on:
 * pino's own destination waits for ever in that case, and a service whose reader died could not even stop.
 */
export const makeLineWriter = (fd: number): LineWriter => {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let pending = '';
  let timer: NodeJS.Timeout | undefined;
  let broken = false;
  let flushedAt = 0;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    flushedAt = Date.now();
    let rest: Uint8Array = Buffer.from(pending);
    pending = '';
    for (const deadline = Date.now() + PATIENCE_MS; rest.length > 0 && !broken; ) {
      try {
        rest = rest.subarray(writeSync(fd, rest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') broken = true;
        else if (Date.now() > deadline) return;
        else Atomics.wait(pause, 0, 0, PAUSE_MS);
      }
    }
  };
  return {
    write: (line) => {
      if (broken) return;
      pending += line;
      if (pending.length >= BLOCK || Date.now() - flushedAt > LATEST_MS) flush();
      else timer ??= setTimeout(flush, LATEST_MS).unref();
    },
    flush,
  };
};
