import { join } from 'node:path';
import { assertPortIsFree, type ServiceProcess, startProcess } from './services/process.ts';

/** The three deployables, in the order of who is needed first. */
export const SERVICES = ['auth', 'inventory', 'orders'] as const;

/** Name of a microservice: its folder under microservices/. */
export type ServiceName = (typeof SERVICES)[number];

/** What to start. */
export type ServicesOptions = {
  /** The environment of each service, complete: a service gets nothing else but PATH. PORT must not be 0. */
  readonly env: Readonly<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** Folder for `NAME.log`, made if it is missing; lines are appended. */
  readonly logDir: string;
  /** Told when a service ends that was not asked to, with its last log lines. Nothing is started again. */
  readonly onExit?: (name: ServiceName, report: string) => void;
  /** Longest wait until all are ready, in ms. */
  readonly readyMs?: number;
};

/** The three running services. */
export type Services = {
  /** Base URL of each, e.g. `http://127.0.0.1:3001`. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly pids: Readonly<Record<ServiceName, number>>;
  /** Starts one again that has ended, with the same environment, and waits until it is ready. */
  readonly restart: (name: ServiceName) => Promise<void>;
  /** Asks all to stop with SIGTERM, kills after 25 s what has not. Repeatable. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts the three microservices as three processes of Node and waits until each is ready. They are in sessions of
 * their own, so that Ctrl-C reaches us alone and we decide the order; they end when we die, even by kill -9.
 *
 * @throws Error when one ends or is not ready in time, with its last log lines; the others are stopped then
 */
export const startServices = async (options: ServicesOptions): Promise<Services> => {
  const running = new Map<ServiceName, ServiceProcess>();
  let stopping = false;

  const start = async (name: ServiceName): Promise<void> => {
    await assertPortIsFree(name, options.env[name]);
    const process = startProcess({
      name,
      main: join(import.meta.dirname, '..', 'microservices', name, 'main.ts'),
      env: options.env[name],
      logFile: join(options.logDir, `${name}.log`),
      onExit: (report) => {
        if (!stopping && process.wasReady()) options.onExit?.(name, report);
      },
    });
    running.set(name, process);
    await process.ready(options.readyMs ?? 30_000);
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    await Promise.all([...running.values()].map((process) => process.stop()));
  };

  const started = await Promise.allSettled(SERVICES.map(start));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const byName = <T>(pick: (process: ServiceProcess) => T): Record<ServiceName, T> =>
    Object.fromEntries([...running].map(([name, process]) => [name, pick(process)])) as Record<
      ServiceName,
      T
    >;
  return {
    urls: byName(({ url }) => url),
    get pids() {
      return byName(({ pid }) => pid);
    },
    restart: async (name) => {
      await running.get(name)?.stop();
      await start(name);
    },
    stop,
  };
};
