import { connect, type Socket } from 'node:net';

/** One caller: a kept connection on which one request follows the other. */
export type Caller = {
  /** Sends the request again; `onAnswer` is told of the body of its answer. */
  readonly call: (onAnswer: (body: string) => void) => void;
  readonly close: () => void;
};

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: (\d+)/i;

/**
 * A client of HTTP/1.1 that does no more than the measurement needs: on two cores whatever the client takes is taken from the runtime
 * under test, and a general client takes as much as a fast runtime does. It reads answers with a content-length in ASCII.
 *
 * @param onError told of any status but 200, and of a broken connection
 */
export const openCaller = async (
  url: string,
  path: string,
  onError: (error: Error) => void,
): Promise<Caller> => {
  const { hostname, port } = new URL(url);
  const request = `GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`;
  let received = '';
  let waiting: ((body: string) => void) | undefined;
  const fail = (error: Error): void => {
    if (waiting) onError(error);
    waiting = undefined;
  };
  const take = () => {
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const length = LENGTH.exec(received)?.[1];
    if (length === undefined)
      return fail(new Error(`${url} gives no content-length: ${received.slice(0, 300)}`));
    const from = headEnd + HEAD_END.length;
    const end = from + Number(length);
    if (received.length < end) return;
    const answer = received;
    received = '';
    if (!answer.startsWith('HTTP/1.1 200 '))
      return fail(new Error(`${url} answered ${answer.slice(0, 300)}`));
    const told = waiting;
    waiting = undefined;
    told?.(answer.slice(from, end));
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
    call: (onAnswer) => {
      waiting = onAnswer;
      socket.write(request, 'latin1');
    },
    close: () => socket.destroy(),
  };
};
