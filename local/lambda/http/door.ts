import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Listening, type ListenOptions, listen } from '../../cloud/http.ts';
import { answerBy } from './serve.ts';

/** A port that listens: whoever comes before it is opened waits, and is answered then. */
export type Door = Listening & { readonly open: (listener: RequestListener) => void };

/**
 * Listens before there is somebody to answer: a port that is taken is told at once, and no early caller is turned away.
 *
 * @throws Error that names the port and the option that changes it
 */
export const makeDoor = async (options: ListenOptions): Promise<Door> => {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const door = await listen((req, res) => void waiting.push([req, res]), options);
  return {
    ...door,
    open: (listener) => {
      answerBy(door.server, listener);
      for (const [req, res] of waiting.splice(0)) listener(req, res);
    },
  };
};
