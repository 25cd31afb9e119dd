import { type Postgres, startPostgres } from '../../local/postgres.ts';
import { SERVICES, type ServiceName } from '../../local/services.ts';
import { COMBINATIONS, type Combination, storeOf } from './stack-names.ts';

/** One PostgreSQL for all stacks of a test run; every combination has databases of its own in it. */
export type TestPostgres = {
  /** The databases of a combination, by context. Starts PostgreSQL when it is the first to ask. */
  readonly databases: (name: Combination) => Promise<Readonly<Record<ServiceName, string>>>;
  readonly part: {
    readonly pid: () => number;
    readonly start: () => Promise<void>;
    readonly stop: () => Promise<void>;
  };
};

const databaseOf = (name: Combination, service: ServiceName): string => `${name.split('-')[0]}_${service}`;

/** PostgreSQL, not started yet. `dataDir` is its folder. */
export const makeTestPostgres = (dataDir: string): TestPostgres => {
  const names = COMBINATIONS.filter((name) => storeOf(name) === 'postgres');
  const databases = names.flatMap((name) => SERVICES.map((service) => databaseOf(name, service)));
  let port = 0;
  let running: Promise<Postgres> | undefined;
  let current: Postgres | undefined;
  const start = async (): Promise<Postgres> => {
    current = await startPostgres({ dataDir, port, databases, log: () => {} });
    // A server that is started again is found where it was.
    port = current.port;
    return current;
  };
  return {
    databases: async (name) => {
      running ??= start();
      const { urlOf } = await running;
      return Object.fromEntries(
        SERVICES.map((service) => [service, urlOf(databaseOf(name, service))]),
      ) as Record<ServiceName, string>;
    },
    part: {
      pid: () => current?.pid ?? 0,
      start: async () => {
        running = start();
        await running;
      },
      stop: async () => {
        await running?.catch(() => {});
        await current?.stop();
      },
    },
  };
};
