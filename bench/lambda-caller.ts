import { connect, type Socket } from 'node:net';

/** One caller: a kept connection on which one request follows the other. */
export type Caller = {
  /** The body of the answer to `GET path`. Rejects for any status but 200. */
  readonly get: (path: string) => Promise<string>;
  readonly close: () => void;
};

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: (\d+)/i;

/**
 * A client of HTTP/1.1 that does no more than the measurement needs: on two cores whatever the client takes is taken from the runtime
 * under test, and a general client takes as much as a fast runtime does. It reads answers with a content-length in ASCII.
 */
export const openCaller = async (url: string): Promise<Caller> => {
  const { hostname, port } = new URL(url);
  let received = '';
  let waiting: { resolve: (body: string) => void; reject: (error: Error) => void } | undefined;
  const fail = (error: Error): void => {
    waiting?.reject(error);
    waiting = undefined;
  };
  const take = () => {
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const length = LENGTH.exec(received)?.[1];
    if (length === undefined)
      return fail(new Error(`${url} gives no content-length: ${received.slice(0, 300)}`));
    const end = headEnd + HEAD_END.length + Number(length);
    if (received.length < end) return;
    const answer = received;
    received = '';
    if (!answer.startsWith('HTTP/1.1 200 '))
      return fail(new Error(`${url} answered ${answer.slice(0, 300)}`));
    const told = waiting;
    waiting = undefined;
    told?.resolve(answer.slice(headEnd + HEAD_END.length, end));
  };
  // One buffer for all that arrives: a stream would take a new one each time
  const onread = {
    buffer: Buffer.alloc(65_536),
    callback: (size: number, buffer: Uint8Array) => {
      received += (buffer as Buffer).toString('latin1', 0, size);
      take();
      return true;
    },
  };
  const socket: Socket = await new Promise((resolve, reject) => {
    const opened = connect({ host: hostname, port: Number(port), noDelay: true, onread }, () =>
      resolve(opened),
    );
    opened.once('error', reject);
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error(`${url} closed the connection`)));
  return {
    get: (path) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`, 'latin1');
      }),
    close: () => socket.destroy(),
  };
};
