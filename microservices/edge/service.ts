import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import { type AppOptions, makeApp } from './app.ts';
import { makeServiceLog, type ServiceLog } from './log.ts';
import type { Loop } from './loop.ts';
import { makeRequestIds, type RequestIds } from './request-ids.ts';
import { serve } from './serve.ts';

/** What a `compose.ts` is given: the tools that belong to the process and not to a technology. */
export type Tools = { readonly log: ServiceLog; readonly requestIds: RequestIds };

/** What a `compose.ts` makes of its adapters: a service, not started yet. */
export type Service = Pick<AppOptions, 'served' | 'extras' | 'authenticate'> & {
  /** Brings the store to the shape that this version needs. Repeatable; rejects while the store is away. */
  readonly prepare: () => Promise<unknown>;
  /** Rejects while the service's own database does not answer. */
  readonly ready: () => Promise<unknown>;
  /** Starts what runs beside the requests. */
  readonly start: () => readonly Pick<Loop, 'stop'>[];
  /** Closes connections. */
  readonly close: () => Promise<unknown>;
};

/** Pause between two attempts to prepare, in ms. */
const PREPARE_AGAIN_MS = 500;

/**
 * Runs a service until it is told to stop. It listens at once: /livez answers, /readyz says 503 until the store is
 * there and prepared, however long that takes, so that the order in which containers start does not matter.
 */
export const runService = async (name: string, compose: (tools: Tools) => Service): Promise<void> => {
  const config = readConfig({
    HOST: variables.HOST,
    PORT: variables.PORT,
    DRAIN_MS: variables.DRAIN_MS,
    TRUST_PROXY: variables.TRUST_PROXY,
    LOG_LEVEL: variables.LOG_LEVEL,
  });
  const requestIds = makeRequestIds();
  const log = makeServiceLog({ service: name, level: config.LOG_LEVEL, requestIds });
  const service = compose({ log, requestIds });
  const app = makeApp({ ...service, trustProxy: config.TRUST_PROXY, log });
  let loops: readonly Pick<Loop, 'stop'>[] = [];
  let prepared = false;
  let stopping = false;

  await serve(app, {
    host: config.HOST,
    port: config.PORT,
    drainMs: config.DRAIN_MS,
    ready: async () => {
      if (!prepared) throw new Error('the service is not prepared');
      await service.ready();
    },
    onStop: async () => {
      stopping = true;
      await Promise.all(loops.map((loop) => loop.stop()));
      await service.close();
    },
    log,
    requestIds,
  });
  for (; !stopping; await sleep(PREPARE_AGAIN_MS)) {
    try {
      await service.prepare();
      break;
    } catch (error) {
      log.warn({ err: error }, 'the store is not ready: trying again');
    }
  }
  if (stopping) return;
  loops = service.start();
  prepared = true;
  log.info({}, 'ready');
  log.flush();
};
