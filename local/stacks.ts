import { join } from 'node:path';
import { migrate } from '../shared/adapters/postgres/migrate.ts';
import { environment } from '../shared/kernel/config.ts';
import { startPostgres } from './postgres.ts';
import type { Progress } from './progress.ts';
import { SERVICES, type ServiceName } from './services.ts';
import { startCloudPart } from './stacks-cloud.ts';
import type { Keeper } from './stacks-keeper.ts';
import { MICROSERVICES_STAGE, startMicroservices, storeEnv } from './stacks-microservices.ts';
import { LOCAL_STAGE, startServerless } from './stacks-serverless.ts';
import { type Running, type RunningStack, StartError } from './start-lock.ts';
import type { PortName, StackName, StartOptions } from './start-options.ts';
import { freePorts } from './start-ports.ts';

/** How to start. */
export type StacksOptions = Pick<StartOptions, 'stacks' | 'stores' | 'runtime' | 'watch' | 'environments'> & {
  /** Absolute path of the data directory. */
  readonly data: string;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly progress: Progress;
  /** Keeps the parts; who stops it stops the stacks, also while they are only just starting. */
  readonly keeper: Keeper;
};

type Databases = Readonly<Record<ServiceName, string>>;

/** Which ports a start needs. */
export const portsFor = ({
  stacks,
  stores,
  runtime,
}: Pick<StartOptions, 'stacks' | 'stores' | 'runtime'>): PortName[] => {
  const postgres = stacks.some((stack) => stores[stack] === 'postgres');
  return [
    ...(stacks.includes('microservices') ? SERVICES : []),
    ...(stacks.includes('serverless') ? (['http', 'invoke', 'dynamodb', 'sqs', 's3', 'cloud'] as const) : []),
    ...(stacks.includes('serverless') && runtime === 'lambda' ? (['metrics'] as const) : []),
    ...(postgres ? (['postgres'] as const) : []),
  ];
};

/**
 * Databases that the environment names, one for each context, in the place of the embedded ones.
 *
 * @throws StartError when it names some and not all: a start on other data than was meant would look like a loss
 */
const givenDatabases = (): Databases | undefined => {
  const env = environment();
  const named = SERVICES.map((service) => [service, `${service.toUpperCase()}_DATABASE_URL`] as const);
  const missing = named.flatMap(([, variable]) => (env[variable] ? [] : [variable]));
  if (missing.length === named.length) return undefined;
  if (missing.length === 0)
    return Object.fromEntries(named.map(([service, variable]) => [service, env[variable]])) as Databases;
  throw new StartError(
    `Your own PostgreSQL needs a database for each service: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.`,
  );
};

const nameOf = (stack: StackName, service: ServiceName): string =>
  stack === 'microservices' ? service : `functions_${service}`;

/**
 * Starts the stacks: whatever does not wait for another starts at the same time. What ends without being asked to is
 * started again.
 *
 * @throws StartError when the environment names some of the databases only
 * @throws Error with the last lines of what did not start; everything else is stopped then
 */
export const startStacks = async (options: StacksOptions): Promise<Running['stacks']> => {
  const { stacks, stores, runtime, watch, environments, data, ports, progress, keeper } = options;
  const logDir = join(data, 'logs');

  const shown = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const step = progress.step(name);
    try {
      const result = await work();
      step.done();
      return result;
    } catch (error) {
      step.failed('');
      throw error;
    }
  };

  const onPostgres = stacks.filter((stack) => stores[stack] === 'postgres');
  const [outside] = onPostgres;
  const given = outside === undefined ? undefined : givenDatabases();
  const embedded = onPostgres.filter((stack) => given === undefined || stack !== outside);
  let postgres: ReturnType<typeof startPostgres> | undefined;
  const embeddedPostgres = () => {
    const databases = embedded.flatMap((stack) => SERVICES.map((service) => nameOf(stack, service)));
    const start = () =>
      startPostgres({ dataDir: join(data, 'postgres'), port: ports.postgres, databases, log: () => {} });
    postgres ??= shown('PostgreSQL', () => keeper.keep('PostgreSQL', 2, start));
    return postgres;
  };
  const databasesOf = async (stack: StackName): Promise<Databases> => {
    if (given && stack === outside) return given;
    const { urlOf } = await embeddedPostgres();
    const urls = SERVICES.map((service) => [service, urlOf(nameOf(stack, service))]);
    return Object.fromEntries(urls) as Databases;
  };

  const microservices = async (): Promise<RunningStack> => {
    const store = stores.microservices;
    const setup =
      store === 'postgres'
        ? { store, databases: await databasesOf('microservices') }
        : { store, cloudEnv: await tables() };
    const services = await shown('microservices', () =>
      keeper.keep('microservices', 0, async () => {
        const started = await startMicroservices({
          ...setup,
          ports,
          photosDir: join(data, 'photos'),
          logDir,
          onExit: (name, report) => keeper.restart(report, () => started.restart(name)),
        });
        return started;
      }),
    );
    const env = Object.fromEntries(
      SERVICES.flatMap((name) =>
        Object.entries(storeEnv(setup, name)).map(([variable, value]) =>
          variable === 'DATABASE_URL' ? [`${name.toUpperCase()}_DATABASE_URL`, value] : [variable, value],
        ),
      ),
    );
    return { store, urls: services.urls, env, seeded: false };
  };

  /** The microservices' own DynamoDB, where they run on it: tables of another stage, in a place of their own. */
  const tables = async (): Promise<Readonly<Record<string, string>>> => {
    const [dynamodb = 0, sqs = 0, s3 = 0, cloud = 0] = await freePorts(4);
    const start = () =>
      startCloudPart({
        name: 'tables',
        stage: MICROSERVICES_STAGE,
        dataDir: join(data, 'tables'),
        logDir,
        ports: { dynamodb, sqs, s3, cloud },
        httpPort: ports.http,
      });
    return (await shown('DynamoDB', () => keeper.keep('DynamoDB', 1, start))).env;
  };

  const serverless = async (): Promise<RunningStack> => {
    const store = stores.serverless;
    const startCloud = () =>
      startCloudPart({
        name: 'cloud',
        stage: LOCAL_STAGE,
        dataDir: join(data, 'cloud'),
        logDir,
        ports,
        httpPort: ports.http,
        invokePort: ports.invoke,
      });
    const prepareDatabases = async (): Promise<Databases> => {
      const databases = await databasesOf('serverless');
      await Promise.all(SERVICES.map((context) => migrate({ url: databases[context], context })));
      return databases;
    };
    const [cloud, databases] = await Promise.all([
      shown('local cloud', () => keeper.keep('local cloud', 1, startCloud)),
      store === 'postgres' ? prepareDatabases() : undefined,
    ]);
    const start = () =>
      startServerless({
        cloud,
        httpPort: ports.http,
        invokePort: ports.invoke,
        controlPort: ports.metrics,
        runtime,
        watch,
        ...(environments !== undefined && { environments }),
        logDir,
        ...(databases && { databases }),
      });
    await shown('serverless functions', () => keeper.keep('serverless functions', 0, start));
    const url = `http://127.0.0.1:${ports.http}`;
    const env = {
      ...cloud.env,
      INVOKE_URL: `http://127.0.0.1:${ports.invoke}`,
      CLOUD_CONTROL_URL: `http://127.0.0.1:${cloud.ports.control}`,
      ...(runtime === 'lambda' && { LAMBDA_CONTROL_URL: `http://127.0.0.1:${ports.metrics}` }),
      ...(databases &&
        Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, databases[name]]))),
    };
    return { store, urls: { auth: url, inventory: url, orders: url }, env, seeded: false };
  };

  const starts = { microservices, serverless };
  try {
    return Object.fromEntries(
      await Promise.all(stacks.map(async (stack) => [stack, await starts[stack]()] as const)),
    );
  } catch (error) {
    await keeper.stop();
    throw error;
  }
};
