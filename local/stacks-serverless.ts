import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { environment } from '../shared/kernel/config.ts';
import type { CloudPart } from './stacks-cloud.ts';
import { type Part, startPart } from './stacks-process.ts';

/** Stage of the functions that run on a laptop: part of every name. */
export const LOCAL_STAGE = 'local';

const MAIN = fileURLToPath(new URL('./lambda/main.ts', import.meta.url));
const OSLS = fileURLToPath(new URL('../node_modules/serverless/bin/serverless.js', import.meta.url));
const FILE = fileURLToPath(new URL('../serverless.yml', import.meta.url));

/** Longest wait until the functions are served, in ms: bundles are built at the first start. */
const READY_LIMIT_MS = 60_000;

/** What runs the functions: the local Lambda runtime, or serverless-offline. */
export const RUNTIMES = ['lambda', 'offline'] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

/** What the functions run on. `databases` are given with STORE=postgres: a URL for each context. */
export type ServerlessOptions = {
  readonly cloud: CloudPart;
  readonly httpPort: number;
  readonly invokePort: number;
  /** The Lambda runtime's control port; any free one if absent. */
  readonly controlPort?: number;
  readonly logDir: string;
  readonly databases?: Readonly<Record<'auth' | 'inventory' | 'orders', string>>;
  /** The Lambda runtime unless given. */
  readonly runtime?: RuntimeName;
  /** New environments get the new code when a source has changed: the Lambda runtime only. */
  readonly watch?: boolean;
  /** Environments at once; the runtime's own figure for this machine if absent. */
  readonly environments?: number;
};

const argumentsOf = (options: ServerlessOptions): string[] => {
  const { runtime = 'lambda', httpPort, invokePort, controlPort = 0, logDir, watch, environments } = options;
  const common = [
    ...['--config', 'serverless.yml', '--stage', LOCAL_STAGE],
    ...['--httpPort', String(httpPort), '--lambdaPort', String(invokePort)],
  ];
  if (runtime === 'offline') return [OSLS, 'offline', ...common];
  const own = ['--controlPort', String(controlPort), '--log', join(logDir, 'functions.log')];
  const most = environments === undefined ? [] : ['--environments', String(environments)];
  return [MAIN, ...common, ...own, ...most, ...(watch ? ['--watch'] : [])];
};

const answers = async (url: string): Promise<boolean> => {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
};

/** Asks serverless-offline until a function has answered: it says nothing when it is ready. */
const untilAnswered = async (httpPort: number, isOver: () => boolean): Promise<void> => {
  while (!isOver() && !(await answers(`http://127.0.0.1:${httpPort}/openapi.json`))) await sleep(25);
};

/**
 * Starts every function of serverless.yml, on the local Lambda runtime or on serverless-offline.
 *
 * @throws Error with its last lines when it ends before it is ready, or is not ready in time
 */
export const startServerless = async (options: ServerlessOptions): Promise<Part> => {
  const { cloud, httpPort, databases, logDir, runtime } = options;
  const logFile = join(logDir, 'serverless.log');
  const part = startPart({
    name: 'serverless',
    args: argumentsOf(options),
    env: {
      ...environment(),
      ...cloud.env,
      CLOUD_CONTROL_PORT: String(cloud.ports.control),
      STORE: databases ? 'postgres' : 'dynamodb',
      ...(databases && {
        AUTH_DATABASE_URL: databases.auth,
        INVENTORY_DATABASE_URL: databases.inventory,
        ORDERS_DATABASE_URL: databases.orders,
      }),
    },
    cwd: join(FILE, '..'),
    logFile,
  });
  let isOver = false;
  const late = sleep(READY_LIMIT_MS, 'late' as const, { ref: false });
  const ready =
    runtime === 'offline'
      ? untilAnswered(httpPort, () => isOver)
      : part.line((line) => line.startsWith('{"ready":true'));
  const ended = part.ended.then((report) => Promise.reject(new Error(report)));
  try {
    if ((await Promise.race([ready, late, ended])) !== 'late') return part;
    await part.stop();
    throw new Error(`The functions were not ready within ${READY_LIMIT_MS / 1000} s; see ${logFile}`);
  } finally {
    isOver = true;
    ended.catch(() => undefined);
  }
};
