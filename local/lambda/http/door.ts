import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Listening, type ListenOptions, listen } from '../../cloud/http.ts';
import { makeHeadOf } from './fast-answer.ts';
import { type FastConnection, serveFast } from './fast-connection.ts';
import type { HttpHandler } from './gateway-request.ts';
import { listenerOf } from './node-listener.ts';
import { answerBy } from './serve.ts';

/** A port that listens: whoever comes before it is opened waits, and is answered then. */
export type Door = Pick<Listening, 'port' | 'close'> & {
  readonly open: (listener: RequestListener) => void;
  /** Opens it for an HTTP API: requests in their usual form go past node:http. */
  readonly openFast: (handle: HttpHandler) => void;
  /** Takes nobody in any more. Who waits for an answer gets it. */
  readonly shut: () => void;
};

/**
 * Listens before there is somebody to answer: a port that is taken is told at once, and no early caller is turned away.
 *
 * @throws Error that names the port and the option that changes it
 */
export const makeDoor = async (options: ListenOptions): Promise<Door> => {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const { port, server, close } = await listen((req, res) => void waiting.push([req, res]), options);
  const fast = new Map<Socket, FastConnection>();

  const open = (listener: RequestListener): void => {
    answerBy(server, listener);
    for (const [req, res] of waiting.splice(0)) listener(req, res);
  };
  const openFast = (handle: HttpHandler): void => {
    open(listenerOf(handle));
    const headOf = makeHeadOf();
    const slow = server.listeners('connection') as ((socket: Socket) => void)[];
    const handOver = (socket: Socket, chunk: Buffer): void => {
      fast.delete(socket);
      for (const accept of slow) accept.call(server, socket);
      socket.unshift(chunk);
      socket.resume();
    };
    server.removeAllListeners('connection').on('connection', (socket) => {
      fast.set(socket, serveFast(socket, { handle, headOf, handOver }));
      socket.once('close', () => fast.delete(socket));
    });
  };
  return {
    port,
    open,
    openFast,
    shut: () => {
      server.close().closeIdleConnections();
      for (const connection of fast.values()) connection.shut();
    },
    close: () => {
      for (const socket of fast.keys()) socket.destroy();
      return close();
    },
  };
};
