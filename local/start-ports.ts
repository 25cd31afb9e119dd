import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { UsageError } from './command-line.ts';
import { PORTS, type PortName } from './start-options.ts';

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

/**
 * Where free ports are looked for: below those that Linux (from 32768 on) and macOS (from 49152 on) give to outgoing connections. One of these
 * could be taken by any connection between the moment at which it is found free and the one at which a service listens.
 */
const LEAST_FREE = 20_000;
const END_FREE = 32_768;
/** So many are tried for one; there are 12,768. */
const MOST_TRIES = 1_000;

/** Listens on a port that nobody else listens on. By chance, so that two who look at the same time rarely look at the same. */
const listenAnywhere = async (): Promise<Server> => {
  for (let left = MOST_TRIES; ; left -= 1) {
    try {
      return await listen(randomInt(LEAST_FREE, END_FREE));
    } catch (error) {
      if (left === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
};

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

const portOf = (server: Server): number => (server.address() as { port: number }).port;

/**
 * The ports to use: those asked for, each looked at first, so that a port that is taken is told before anything starts.
 *
 * @param names what will listen
 * @param wanted the ports by name
 * @param free take any free ports instead
 * @throws UsageError that names every port that is taken and the option that changes it
 */
export const claimPorts = async (
  names: readonly PortName[],
  wanted: Readonly<Record<PortName, number>>,
  free: boolean,
): Promise<Readonly<Record<PortName, number>>> => {
  const taken: string[] = [];
  const held = new Map<PortName, Server>();
  for (const name of names) {
    // A port given on the command line holds also with --free-ports.
    const isAny = free && wanted[name] === PORTS[name];
    const port = wanted[name];
    try {
      held.set(name, isAny ? await listenAnywhere() : await listen(port));
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === 'EACCES' ? 'may not be used' : 'is taken';
      taken.push(`Port ${port} (${name}) ${why}: stop what uses it, or add --${name}-port N`);
    }
  }
  const ports = {
    ...wanted,
    ...Object.fromEntries([...held].map(([name, server]) => [name, portOf(server)])),
  };
  await Promise.all([...held.values()].map(close));
  if (taken.length > 0) {
    throw new UsageError(`${taken.join('.\n')}.\nOr let any free ports be taken: npm start -- --free-ports`);
  }
  return ports;
};

/** So many free ports on 127.0.0.1, none of which the system gives to an outgoing connection. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return ports;
};
