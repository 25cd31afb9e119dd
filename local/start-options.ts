import { Store } from '../shared/kernel/config.ts';
import { readCommandLine, UsageError } from './command-line.ts';
import { RUNTIMES, type RuntimeName } from './stacks-serverless.ts';

/** The ports of everything that listens, with the name of the option that changes each and the usual number. */
export const PORTS = {
  auth: 3001,
  inventory: 3002,
  orders: 3003,
  http: 4000,
  invoke: 4002,
  metrics: 4003,
  dynamodb: 4010,
  sqs: 4011,
  s3: 4012,
  cloud: 4013,
  postgres: 4020,
} as const;

/** What listens. */
export type PortName = keyof typeof PORTS;

/** The two stacks. */
export type StackName = 'microservices' | 'serverless';
/** Both stacks, in the order in which they are shown. */
export const STACKS: readonly StackName[] = ['microservices', 'serverless'];

/** What `npm start` was asked for. */
export type StartOptions = {
  readonly stacks: readonly StackName[];
  readonly stores: Readonly<Record<StackName, Store>>;
  /** Where the data is kept, absolute or relative to the working directory. */
  readonly data: string;
  readonly ports: Readonly<Record<PortName, number>>;
  /** Take any free ports instead of the usual ones. */
  readonly freePorts: boolean;
  readonly seed: boolean;
  /** What runs the functions. */
  readonly runtime: RuntimeName;
  /** Follow the sources of the functions, and show what the functions do. */
  readonly watch: boolean;
  /** Environments of functions at once; the runtime's own figure for this machine if absent. */
  readonly environments?: number;
};

/** The text of `--help`. */
export const HELP = `npm start -- [microservices|serverless] [options]

Starts both stacks, or the one that is named. Everything listens on 127.0.0.1 only. Ctrl-C stops it; the data is kept.

  --store STORE                 postgres or dynamodb, for both stacks
  --microservices-store STORE   the microservices' store (postgres)
  --serverless-store STORE      the functions' store (dynamodb)
  --runtime RUNTIME             what runs the functions: lambda or offline, which is serverless-offline (lambda)
  --environments N              environments of functions at most (what half of the memory holds, 100 at most)
  --watch                       new environments get new code when a source has changed, with a live table
  --data DIR                    where the data is kept (.duet)
  --no-seed                     start with an empty catalogue
  --free-ports                  take any free ports
${Object.entries(PORTS)
  .map(([name, port]) => `  --${`${name}-port N`.padEnd(28)}(${port})`)
  .join('\n')}`;

const storeOf = (option: string, value: string): Store => {
  const store = Store.safeParse(value);
  if (store.success) return store.data;
  throw new UsageError(`--${option} is postgres or dynamodb, not "${value}".`);
};

const runtimeOf = (value = 'lambda'): RuntimeName => {
  const runtime = RUNTIMES.find((name) => name === value);
  if (runtime) return runtime;
  throw new UsageError(`--runtime is ${RUNTIMES.join(' or ')}, not "${value}".`);
};

const environmentsOf = (value: string | undefined): number | undefined => {
  if (value === undefined || /^[1-9]\d{0,4}$/.test(value)) return value === undefined ? value : Number(value);
  throw new UsageError(`--environments is a whole number above 0, not "${value}".`);
};

const portOf = (option: string, value: string): number => {
  if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value);
  throw new UsageError(`--${option} is a port from 1 to 65535, not "${value}".`);
};

/**
 * The stack of this name.
 *
 * @throws UsageError when there is none
 */
export const stackOf = (value: string): StackName => {
  const stack = STACKS.find((name) => name === value);
  if (stack) return stack;
  throw new UsageError(`There is no stack "${value}": it is microservices or serverless.`);
};

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const portNames = Object.keys(PORTS) as PortName[];

/**
 * Reads the command line.
 *
 * @returns the options; undefined when help was asked for
 * @throws UsageError
 */
export const readOptions = (args: readonly string[]): StartOptions | undefined => {
  const portOptions = Object.fromEntries(portNames.map((name) => [`${name}-port`, text]));
  const known = {
    ...portOptions,
    store: text,
    'microservices-store': text,
    'serverless-store': text,
    data: text,
    'no-seed': flag,
    'free-ports': flag,
    runtime: text,
    environments: text,
    watch: flag,
  };
  const line = readCommandLine(args, known, 2);
  if (!line) return undefined;
  const { positionals } = line;
  const values: Readonly<Record<string, string | boolean | undefined>> = line.values;
  if (positionals.length > 1) throw new UsageError('Name one stack, or none for both.');
  const given = (name: string): string | undefined => values[name] as string | undefined;
  const store = (stack: StackName, usual: Store): Store => {
    const own = given(`${stack}-store`);
    const both = given('store');
    if (own !== undefined) return storeOf(`${stack}-store`, own);
    return both === undefined ? usual : storeOf('store', both);
  };
  const port = (name: PortName): number => {
    const value = given(`${name}-port`);
    return value === undefined ? PORTS[name] : portOf(`${name}-port`, value);
  };
  const environments = environmentsOf(given('environments'));
  const runtime = runtimeOf(given('runtime'));
  const watch = values['watch'] === true;
  if (watch && runtime === 'offline') throw new UsageError('--watch needs the lambda runtime.');
  return {
    stacks: positionals[0] === undefined ? STACKS : [stackOf(positionals[0])],
    stores: {
      microservices: store('microservices', 'postgres'),
      serverless: store('serverless', 'dynamodb'),
    },
    data: given('data') ?? '.duet',
    ports: Object.fromEntries(portNames.map((name) => [name, port(name)])) as Record<PortName, number>,
    freePorts: values['free-ports'] === true,
    seed: values['no-seed'] !== true,
    runtime,
    watch,
    ...(environments !== undefined && { environments }),
  };
};
