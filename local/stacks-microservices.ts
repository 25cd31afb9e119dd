import type { Store } from '../shared/kernel/config.ts';
import { environment } from '../shared/kernel/config.ts';
import { SERVICES, type ServiceName, type Services, startServices } from './services.ts';

/** Stage of the microservices' own tables, where they run on DynamoDB. */
export const MICROSERVICES_STAGE = 'services';

/** What the services run on: a database each, or the variables of a local cloud. */
export type MicroservicesOptions = {
  readonly store: Store;
  readonly databases?: Readonly<Record<ServiceName, string>>;
  readonly cloudEnv?: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly photosDir: string;
  readonly logDir: string;
  readonly onExit: (name: ServiceName, report: string) => void;
};

const table = (context: string): string => `duet-${MICROSERVICES_STAGE}-${context}`;

/** The environment of a context on DynamoDB. */
const TABLES: Readonly<Record<ServiceName, Readonly<Record<string, string>>>> = {
  auth: { AUTH_TABLE: table('auth') },
  inventory: { INVENTORY_TABLE: table('inventory'), IMAGES_TABLE: table('images') },
  orders: { ORDERS_TABLE: table('orders') },
};

/** The variables with which a service, and an operator's command for it, reaches its store. */
export const storeEnv = (
  options: Pick<MicroservicesOptions, 'store' | 'databases' | 'cloudEnv'>,
  name: ServiceName,
): Readonly<Record<string, string>> =>
  options.store === 'postgres'
    ? { STORE: 'postgres', DATABASE_URL: options.databases?.[name] ?? '' }
    : { STORE: 'dynamodb', ...options.cloudEnv, ...TABLES[name] };

/** Starts the three services, each with its own store and nothing of another's; resolves when all are ready. */
export const startMicroservices = (options: MicroservicesOptions): Promise<Services> => {
  const url = (name: ServiceName): string => `http://127.0.0.1:${options.ports[name]}`;
  const level = environment()['LOG_LEVEL'];
  const envOf = (name: ServiceName): Record<string, string> => ({
    ...storeEnv(options, name),
    PORT: String(options.ports[name]),
    PUBLIC_URL: url(name),
    AUTH_URL: url('auth'),
    INVENTORY_URL: url('inventory'),
    ORDERS_URL: url('orders'),
    DRAIN_MS: '0',
    ...(name === 'inventory' && { IMAGES: 'files', PHOTOS_DIR: options.photosDir }),
    ...(level !== undefined && { LOG_LEVEL: level }),
  });
  const env = Object.fromEntries(SERVICES.map((name) => [name, envOf(name)])) as Record<
    ServiceName,
    Record<string, string>
  >;
  return startServices({ env, logDir: options.logDir, onExit: options.onExit });
};
