import { readFileSync } from 'node:fs';
import * as z from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment: the one place where it is read. `local/` hands it on to the processes that it starts. */
export const environment = (): Environment => process.env;

/** A variable that is missing or wrong. Ends the process at its start, before it serves anything. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The value of a variable: its own, or the content of the file that `NAME_FILE` names, as secrets reach a container. */
const readVariable = (name: string, env: Environment): string | undefined => {
  const path = env[`${name}_FILE`];
  if (path === undefined) return env[name];
  if (env[name] !== undefined) throw new ConfigError(`${name} and ${name}_FILE are both set: set one.`);
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${name}_FILE: ${path} cannot be read (${code}).`);
  }
};

/**
 * Reads configuration from the environment against a shape of variables. Nothing secret has a default. In the place of
 * any variable NAME, `NAME_FILE` may name a file that holds its value.
 *
 * @throws ConfigError naming every variable that is missing or wrong, never its value
 */
export const readConfig = <T extends z.ZodRawShape>(
  shape: T,
  env: Environment = environment(),
): z.output<z.ZodObject<T>> => {
  const values = Object.fromEntries(Object.keys(shape).map((name) => [name, readVariable(name, env)]));
  const result = z.object(shape).safeParse(values);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return values[name] === undefined ? `${name} is not set` : `${name}: ${issue.message}`;
  });
  throw new ConfigError(`Configuration: ${wrong.join('; ')}`);
};

const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/$/, ''));
const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'Is not a postgres:// URL.');

/** Which store keeps the state: either stack runs on either. */
export const Store = z.enum(['postgres', 'dynamodb']);
export type Store = z.output<typeof Store>;

/** Variables by their names; a `compose.ts` picks those that it needs. */
export const variables = {
  STORE: Store,
  /** A context's own database. */
  DATABASE_URL: databaseUrl,
  AUTH_DATABASE_URL: databaseUrl,
  INVENTORY_DATABASE_URL: databaseUrl,
  ORDERS_DATABASE_URL: databaseUrl,
  /** Most connections of a process to its database. */
  DATABASE_POOL: z.coerce.number().int().min(1).max(100).default(10),
  /** Physical table names. */
  AUTH_TABLE: z.string().min(3),
  INVENTORY_TABLE: z.string().min(3),
  IMAGES_TABLE: z.string().min(3),
  ORDERS_TABLE: z.string().min(3),
  RESERVE_STOCK_QUEUE_URL: url,
  RELEASE_STOCK_QUEUE_URL: url,
  SETTLE_ORDER_QUEUE_URL: url,
  /** Where photos lie: a directory, or a bucket. */
  IMAGES: z.enum(['files', 's3']).default('files'),
  PHOTOS_DIR: z.string().min(1),
  PHOTOS_BUCKET: z.string().min(3),
  AWS_REGION: z.string().min(1),
  /** Local stand-ins for AWS's endpoints; absent on AWS. The names are the SDKs' own. */
  AWS_ENDPOINT_URL_DYNAMODB: url.optional(),
  AWS_ENDPOINT_URL_SQS: url.optional(),
  AWS_ENDPOINT_URL_S3: url.optional(),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().min(1).optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: port,
  /** Base URLs of the peers; PUBLIC_URL is this service's own, as its clients reach it. */
  AUTH_URL: url,
  INVENTORY_URL: url,
  ORDERS_URL: url,
  PUBLIC_URL: url,
  /** Where auth publishes its keys. */
  JWKS_URL: url,
  /** Auth's name in every access token. */
  TOKEN_ISSUER: z.string().min(1).default('duet-auth'),
  /** How many proxies stand before this process: that many entries of X-Forwarded-For are believed. */
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  /** How long a service goes on serving after SIGTERM, in ms, while its load balancer takes notice. */
  DRAIN_MS: z.coerce.number().int().min(0).max(60_000).default(5_000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
} as const;
