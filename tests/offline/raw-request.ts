import { connect } from 'node:net';

/** Sends bytes as they are, which no HTTP client would send, and gives the whole answer as text. */
export const rawRequest = (port: number, bytes: string | Buffer, withinMs = 5_000): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes));
    let answer = '';
    socket.setTimeout(withinMs, () => socket.destroy(new Error(`no answer within ${withinMs} ms`)));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
