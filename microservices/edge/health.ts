import type { IncomingMessage } from 'node:http';
import type { Reply } from './json.ts';

/** Longest time that the own database may take to answer the readiness probe, in ms. */
const READY_MS = 500;

/**
 * Answers GET /livez, which touches nothing, and GET /readyz, which asks the service's own database and is 503 while
 * draining. Probes are neither logged nor counted as requests. Returns false for any other request.
 */
export const answerHealth = (
  req: IncomingMessage,
  res: Reply,
  draining: boolean,
  ready: () => Promise<unknown>,
): boolean => {
  if (req.method !== 'GET' || (req.url !== '/livez' && req.url !== '/readyz')) return false;
  if (req.url === '/livez') reply(res, 200, 'alive');
  else if (draining) reply(res, 503, 'draining');
  else {
    within(READY_MS, ready).then(
      () => reply(res, 200, 'ready'),
      () => reply(res, 503, 'not ready'),
    );
  }
  return true;
};

const within = async (ms: number, work: () => Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took more than ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
};

const reply = (res: Reply, status: number, state: string): void => {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  res.writeHead(status, headers).end(JSON.stringify({ status: state }));
};
