import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { environment } from '../shared/kernel/config.ts';
import type { CloudPart } from './stacks-cloud.ts';
import { type Part, startPart } from './stacks-process.ts';

/** Stage of the functions that run on a laptop: part of every name. */
export const LOCAL_STAGE = 'local';

const OSLS = fileURLToPath(new URL('../node_modules/serverless/bin/serverless.js', import.meta.url));
const FILE = fileURLToPath(new URL('../serverless.yml', import.meta.url));

/** Longest wait for the first answer, in ms: bundles are built at the first start. */
const READY_LIMIT_MS = 60_000;

/** What the functions run on. `databases` are given with STORE=postgres: a URL for each context. */
export type ServerlessOptions = {
  readonly cloud: CloudPart;
  readonly httpPort: number;
  readonly invokePort: number;
  readonly logDir: string;
  readonly databases?: Readonly<Record<'auth' | 'inventory' | 'orders', string>>;
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

/** Starts serverless-offline with every function; ready when a function has answered. */
export const startServerless = async (options: ServerlessOptions): Promise<Part> => {
  const { cloud, httpPort, invokePort, databases, logDir } = options;
  const part = startPart({
    name: 'serverless',
    args: [
      ...[OSLS, 'offline', '--config', 'serverless.yml', '--stage', LOCAL_STAGE],
      ...['--httpPort', String(httpPort), '--lambdaPort', String(invokePort)],
    ],
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
    logFile: join(logDir, 'serverless.log'),
  });
  let report: string | undefined;
  void part.ended.then((text) => {
    report = text;
  });
  const url = `http://127.0.0.1:${httpPort}/openapi.json`;
  for (const end = Date.now() + READY_LIMIT_MS; !(await answers(url)); await sleep(25)) {
    if (report !== undefined) throw new Error(report);
    if (Date.now() < end) continue;
    await part.stop();
    throw new Error(
      `The functions did not answer within ${READY_LIMIT_MS / 1000} s; see ${logDir}/serverless.log`,
    );
  }
  return part;
};
