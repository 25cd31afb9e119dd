import type { RequestListener, Server } from 'node:http';

/** How long an idle connection is kept, in milliseconds: longer than any client does, so that none meets a closed one. */
export const KEEP_ALIVE = 65_000;

const answerOf = (status: string, message: string): string => {
  const body = JSON.stringify({ message });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  return `${head}\r\nconnection: close\r\n\r\n${body}`;
};

const BAD_REQUEST = answerOf('400 Bad Request', 'Bad Request');
const TOO_LARGE = answerOf('431 Request Header Fields Too Large', 'Request Header Fields Too Large');

/**
 * Makes `listener` the one that answers on a server, in the manner of a gateway: connections are kept longer than clients
 * keep them, and what is no HTTP is answered in JSON.
 */
export const answerBy = (server: Server, listener: RequestListener): void => {
  server.removeAllListeners('request').removeAllListeners('checkContinue').removeAllListeners('clientError');
  server.keepAliveTimeout = KEEP_ALIVE;
  server.on('request', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return socket.destroy();
    return socket.end(error.code === 'HPE_HEADER_OVERFLOW' ? TOO_LARGE : BAD_REQUEST);
  });
};
