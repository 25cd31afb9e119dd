import type { RequestListener } from 'node:http';
import type { ServiceLog } from './log.ts';
import { type Listening, listen, type ServerOptions } from './server.ts';

/** Longest time from the signal to the end of the process, in ms; less than the 30 s that Kubernetes allows. */
const HARD_STOP_MS = 25_000;

/**
 * Serves an app for the life of the process: until SIGTERM or SIGINT, which stop it in order and end with exit code 0,
 * or after 25 s with 1. A taken port ends it at once with 1.
 */
export const serve = async (
  app: RequestListener,
  options: ServerOptions & { readonly log: ServiceLog },
): Promise<Listening> => {
  const { log } = options;
  const exit = (code: number): never => {
    log.flush();
    process.exit(code);
  };
  process.on('uncaughtExceptionMonitor', (error) => {
    log.error({ err: error }, 'fault: the process ends');
    log.flush();
  });
  const listening = await listen(app, options).catch((error: unknown) => {
    log.error({ err: error }, 'cannot listen');
    return exit(1);
  });
  log.info({ host: options.host, port: listening.port }, 'listening');
  let asked = false;
  const stop = (signal: NodeJS.Signals) => {
    if (asked) return;
    asked = true;
    log.info({ signal }, 'asked to stop');
    setTimeout(() => {
      log.error({}, 'did not stop in time');
      exit(1);
    }, HARD_STOP_MS).unref();
    listening.stop().then(
      () => exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not stop in order');
        exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return listening;
};
