import type { SharedStack } from './shared-stack.ts';

/** The services, each with a database and a role of its own. */
export const SERVICES = ['auth', 'inventory', 'orders'] as const;

/** One of them. */
export type ServiceName = (typeof SERVICES)[number];

const READ = `process.stdout.write(require('node:fs').readFileSync(process.env.DATABASE_URL_FILE, 'utf8'))`;

/** The URL of a service's database with its password, out of the file that this service alone can read. */
export const databaseUrlOf = async ({ compose }: SharedStack, service: ServiceName): Promise<URL> =>
  new URL((await compose(['exec', '-T', service, 'node', '-e', READ])).stdout.trim());

/** The URLs by which the services' databases are reached through a tunnel: roles and passwords are the services' own. */
export const databaseUrls = async (
  stack: SharedStack,
  port: number,
): Promise<Readonly<Record<ServiceName, URL>>> => {
  const through = async (service: ServiceName): Promise<[ServiceName, URL]> => {
    const url = await databaseUrlOf(stack, service);
    url.hostname = '127.0.0.1';
    url.port = String(port);
    return [service, url];
  };
  return Object.fromEntries(await Promise.all(SERVICES.map(through))) as Record<ServiceName, URL>;
};
