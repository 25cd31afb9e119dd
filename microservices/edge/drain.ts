import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from './json.ts';
import type { ServerOptions, ServerState } from './server.ts';

/** Longest wait for the requests in flight, in ms. A request ends after 8 s by itself. */
const IN_FLIGHT_MS = 15_000;

/**
 * Takes a server out of service without failing a request: /readyz says 503 and every reply `Connection: close` while
 * it goes on serving for `drainMs`; then it takes no new connection, finishes what is in flight, and lets the service
 * stop its loops and close its pool.
 */
export const stopServer = async (
  server: Server,
  inFlight: ReadonlySet<Reply>,
  state: ServerState,
  { drainMs, log, onStop }: ServerOptions,
): Promise<void> => {
  state.draining = true;
  log.info({ inFlight: inFlight.size, drainMs }, 'stopping');
  for (const res of inFlight) if (!res.headersSent) res.setHeader('connection', 'close');
  await sleep(drainMs);
  server.close();
  for (const deadline = Date.now() + IN_FLIGHT_MS; inFlight.size > 0 && Date.now() < deadline; )
    await sleep(20);
  if (inFlight.size > 0) log.error({ inFlight: inFlight.size }, 'requests were cut off');
  server.closeAllConnections();
  await onStop();
  log.info({}, 'stopped');
};
