import type { ChildProcessByStdio } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { spawnDocker } from './docker.ts';
import type { SharedStack } from './shared-stack.ts';

/**
 * Waits for a line, then joins its own input and output to PostgreSQL, as the services reach it: with a password. One
 * process without children, and not in PostgreSQL's own container: PostgreSQL takes an orphan that ends there for a
 * process of its own that has crashed, and starts anew.
 */
const SCRIPT = `
const { stdin, stdout, exit } = process;
stdin.once('readable', () => {
  if (stdin.read(1) === null) exit();
  const socket = require('node:net').connect(5432, 'postgres');
  socket.on('close', () => exit()).on('error', () => exit(1));
  stdin.pipe(socket).pipe(stdout);
});
stdout.write('!');`;

/** Has a way to PostgreSQL, and Node. */
const CARRIER = 'auth';

type Helper = {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly ready: Promise<void>;
};

/** Starts what will carry a connection. */
const begin = (container: string): Helper => {
  const child = spawnDocker(['exec', '-i', container, 'node', '-e', SCRIPT]);
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.once('readable', () => {
      child.stdout.read(1);
      resolve();
    });
    child.once('exit', (code) => reject(new Error(`The way into ${container} ended with ${code}`)));
    child.once('error', reject);
  });
  ready.catch(() => {});
  return { child, ready };
};

const join = async (socket: Socket, { child, ready }: Helper): Promise<void> => {
  const end = () => child.stdin.end();
  socket.on('error', end).on('close', end);
  child.stdin.on('error', () => socket.destroy());
  child.on('exit', () => socket.destroy());
  try {
    await ready;
    child.stdin.write('!');
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
  } catch {
    socket.destroy();
  }
};

/** A way for tests to PostgreSQL, which publishes no port: a port of 127.0.0.1 in this process alone. */
export type DatabaseTunnel = {
  readonly port: number;
  readonly close: () => void;
};

/**
 * Opens a way to the stack's PostgreSQL through `docker exec`. One helper always waits inside the container, for starting
 * one may take longer than a pool waits for a connection.
 */
export const openDatabaseTunnel = async (stack: SharedStack): Promise<DatabaseTunnel> => {
  const { stdout } = await stack.compose(['ps', '--quiet', CARRIER]);
  const [container = ''] = stdout.split('\n');
  let waiting = begin(container);
  const server = createServer((socket) => {
    void join(socket, waiting);
    waiting = begin(container);
  });
  await waiting.ready;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    close: () => {
      server.close();
      waiting.child.stdin.end();
    },
  };
};
