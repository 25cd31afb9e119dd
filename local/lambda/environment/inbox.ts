import { closeSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { RECORD } from './frames.ts';

/** The runtime's end of what a process takes its invocations from. */
export type Inbox = {
  /** Writes a frame for a process that waits for one. The frame is only read during the call. */
  readonly write: (frame: Buffer) => void;
  /** Puts a frame behind the one that the process has, or is about to take. @returns false where it could not be had back */
  readonly writeBehind: (frame: Buffer) => boolean;
  /** Takes the frame back that was put behind another. @returns false when the process has taken it */
  readonly takeBack: () => boolean;
  readonly close: () => void;
};

/** On a socket: what was written cannot be had back. */
export const socketInbox = (socket: Socket, onFault: () => void): Inbox => {
  socket.on('data', onFault).on('end', onFault).on('error', onFault);
  return {
    write: (frame) => void socket.write(Buffer.from(frame)),
    writeBehind: () => false,
    takeBack: () => false,
    close: () => socket.destroy(),
  };
};

const taken = Buffer.alloc(2 * RECORD);

/**
 * On a pipe of which we have both ends. Linux reads and writes a record as one, or not at all: either the process has taken it or we take
 * it back. There are never more than two in it.
 * Source: pipe(7), PIPE_BUF.
 */
export const fifoInbox = (fd: number, onFault: () => void): Inbox => {
  /** For frames that a pipe does not take at once. */
  let stream: Socket | undefined;
  let isLastWhole = false;
  let isOpen = true;

  const writeWhole = (frame: Buffer): boolean => {
    if (frame.length !== RECORD || !isOpen) return false;
    try {
      return writeSync(fd, frame) === RECORD;
    } catch {
      return false;
    }
  };
  return {
    write: (frame) => {
      isLastWhole = writeWhole(frame);
      if (isLastWhole || !isOpen) return;
      stream ??= new Socket({ fd, readable: false, writable: true }).on('error', () => {
        isOpen = false;
        onFault();
      });
      stream.write(Buffer.from(frame));
    },
    writeBehind: (frame) => isLastWhole && writeWhole(frame),
    takeBack: () => {
      if (!isOpen) return false;
      try {
        const size = readSync(fd, taken);
        // The process has not even taken the one before
        if (size > RECORD) writeSync(fd, taken, 0, size - RECORD);
        return true;
      } catch {
        return false;
      }
    },
    close: () => {
      isOpen = false;
      if (stream) stream.destroy();
      else closeSync(fd);
    },
  };
};
