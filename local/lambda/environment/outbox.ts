import { Socket } from 'node:net';

/**
 * The runtime's end of what a process sends on. Reads it from now on.
 *
 * @param onChunk told of what arrives; it is only valid during the call
 * @param onFault told when nothing can arrive any more
 * @returns closes it
 */
export type Outbox = (onChunk: (chunk: Buffer) => void, onFault: () => void) => () => void;

/** On a socket that Node has made. */
export const socketOutbox =
  (socket: Socket): Outbox =>
  (onChunk, onFault) => {
    socket.on('data', onChunk).on('end', onFault).on('error', onFault);
    return () => void socket.destroy();
  };

/** One for all: a stream would take a new one each time. */
const buffer = Buffer.allocUnsafeSlow(65_536);

/** On a pipe's end that reads. */
export const fifoOutbox =
  (fd: number): Outbox =>
  (onChunk, onFault) => {
    const callback = (size: number): boolean => {
      onChunk(buffer.subarray(0, size));
      return true;
    };
    const socket = new Socket({ fd, readable: true, writable: false, onread: { buffer, callback } });
    return socketOutbox(socket)(onChunk, onFault);
  };
