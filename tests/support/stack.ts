import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { migrate } from '@duet/shared/adapters/postgres/migrate.ts';
import { environment } from '@duet/shared/kernel/config.ts';
import { SERVICES, type ServiceName } from '../../local/services.ts';
import { type CloudPart, type CloudPartOptions, startCloudPart } from '../../local/stacks-cloud.ts';
import { MICROSERVICES_STAGE, startMicroservices } from '../../local/stacks-microservices.ts';
import { LOCAL_STAGE, RUNTIMES, startServerless } from '../../local/stacks-serverless.ts';
import { freePorts } from '../../local/start-ports.ts';
import { makeAdministrator } from './make-administrator.ts';
import type { TestPostgres } from './postgres.ts';
import { type Combination, type PartName, type RunningStack, stackOf, storeOf } from './stack-names.ts';

/** A stack that runs, with its processes in hand. */
export type Stack = {
  readonly running: RunningStack;
  /** Process id of a part. */
  readonly pid: (part: PartName) => number;
  /** Kills a part as a power cut would, and waits until it is gone. */
  readonly kill: (part: PartName) => Promise<void>;
  /** Starts a killed part again on the same ports and data; resolves when it is ready. */
  readonly restart: (part: PartName) => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Part = { pid: () => number; start: () => Promise<void>; stop: () => Promise<void> };

/** A part that is started by `start` again and again. */
const makePart = <T extends { readonly pid: number; readonly stop: () => Promise<void> }>(
  start: () => Promise<T>,
): Part & { readonly now: () => T } => {
  let part: T | undefined;
  const now = (): T => {
    if (!part) throw new Error('this part has not been started');
    return part;
  };
  return {
    now,
    pid: () => now().pid,
    start: async () => {
      part = await start();
    },
    stop: async () => part?.stop(),
  };
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const killHard = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGKILL');
  while (isAlive(pid)) await pause(5);
};

const cloudPart = async (
  options: Pick<CloudPartOptions, 'stage' | 'dataDir' | 'logDir' | 'httpPort'> & { invokePort?: number },
): Promise<ReturnType<typeof makePart<CloudPart>>> => {
  const [dynamodb = 0, sqs = 0, s3 = 0, cloud = 0] = await freePorts(4);
  return makePart(() => startCloudPart({ ...options, name: 'cloud', ports: { dynamodb, sqs, s3, cloud } }));
};

/** The variables of a local cloud, with one more for its control port, which only tests use. */
const envOf = ({ env, ports }: CloudPart): Record<string, string> => ({
  ...env,
  CLOUD_CONTROL_URL: `http://127.0.0.1:${ports.control}`,
});

const databaseEnv = (databases: Readonly<Record<ServiceName, string>>): Record<string, string> =>
  Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, databases[name]]));

const finish = async (
  name: Combination,
  parts: Partial<Record<PartName, Part>>,
  facts: Pick<RunningStack, 'origins' | 'env'>,
): Promise<Stack> => {
  const part = (wanted: PartName): Part => {
    const found = parts[wanted];
    if (!found) throw new Error(`${name} has no part ${wanted}`);
    return found;
  };
  const admin = await makeAdministrator(name, facts.env);
  return {
    running: { name, ...facts, admin, parts: Object.keys(parts) as PartName[] },
    pid: (wanted) => part(wanted).pid(),
    kill: (wanted) => killHard(part(wanted).pid()),
    restart: (wanted) => part(wanted).start(),
    // What uses the cloud stops before the cloud; PostgreSQL is the caller's.
    stop: async () => {
      for (const wanted of ['functions', 'orders', 'cloud'] as const) await parts[wanted]?.stop();
    },
  };
};

/** Where a stack keeps its data, and the PostgreSQL that several share. */
export type StackOptions = { readonly dir: string; readonly postgres: TestPostgres };

const startServices = async (name: Combination, { dir, postgres }: StackOptions): Promise<Stack> => {
  const store = storeOf(name);
  const [auth = 0, inventory = 0, orders = 0, http = 0] = await freePorts(4);
  const logDir = join(dir, 'logs');
  const cloud =
    store === 'dynamodb'
      ? await cloudPart({ stage: MICROSERVICES_STAGE, dataDir: join(dir, 'cloud'), logDir, httpPort: http })
      : undefined;
  await cloud?.start();
  const databases = cloud ? undefined : await postgres.databases(name);
  const services = await startMicroservices({
    store,
    ...(databases && { databases }),
    ...(cloud && { cloudEnv: cloud.now().env }),
    ports: { auth, inventory, orders },
    photosDir: join(dir, 'photos'),
    logDir,
    onExit: () => {},
  });
  const service = (which: ServiceName): Part => ({
    pid: () => services.pids[which],
    start: () => services.restart(which),
    stop: services.stop,
  });
  const parts = {
    auth: service('auth'),
    inventory: service('inventory'),
    orders: service('orders'),
    ...(cloud ? { cloud } : { postgres: postgres.part }),
  };
  const origins = { ...services.urls, images: services.urls.inventory };
  return finish(name, parts, {
    origins,
    env: { ...(cloud && envOf(cloud.now())), ...(databases && databaseEnv(databases)) },
  });
};

const startFunctions = async (name: Combination, { dir, postgres }: StackOptions): Promise<Stack> => {
  const [httpPort = 0, invokePort = 0] = await freePorts(2);
  const logDir = join(dir, 'logs');
  const cloud = await cloudPart({
    stage: LOCAL_STAGE,
    dataDir: join(dir, 'cloud'),
    logDir,
    httpPort,
    invokePort,
  });
  const prepare = async () => {
    if (storeOf(name) === 'dynamodb') return undefined;
    const databases = await postgres.databases(name);
    await Promise.all(SERVICES.map((context) => migrate({ url: databases[context], context })));
    return databases;
  };
  const [databases] = await Promise.all([prepare(), cloud.start()]);
  // RUNTIME=offline runs a suite on serverless-offline.
  const runtime = RUNTIMES.find((known) => known === environment()['RUNTIME']);
  const functions = makePart(() =>
    startServerless({
      cloud: cloud.now(),
      ...{ httpPort, invokePort, logDir },
      ...(databases && { databases }),
      ...(runtime && { runtime }),
    }),
  );
  await functions.start();
  const url = `http://127.0.0.1:${httpPort}`;
  const env = {
    ...envOf(cloud.now()),
    INVOKE_URL: `http://127.0.0.1:${invokePort}`,
    ...(databases && databaseEnv(databases)),
  };
  const parts = { functions, cloud, ...(databases && { postgres: postgres.part }) };
  return finish(name, parts, { origins: { auth: url, inventory: url, images: url, orders: url }, env });
};

/** Starts one stack on one store, with data of its own and an administrator, on free ports of 127.0.0.1. */
export const startStack = (name: Combination, options: StackOptions): Promise<Stack> =>
  stackOf(name) === 'microservices' ? startServices(name, options) : startFunctions(name, options);
