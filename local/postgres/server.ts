import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { commandAs } from './account.ts';
import type { Cluster } from './cluster.ts';

/** A started PostgreSQL server process. */
export interface Server {
  readonly pid: number;
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Fast shutdown; after 10 s an immediate one, after 5 more SIGKILL (both are recovered at the next start). */
  stop(): Promise<void>;
}

/** The server ended before it was ready; `output` holds what it said. */
export class ServerStartError extends Error {
  readonly output: string;
  constructor(output: string) {
    super(`PostgreSQL did not start:\n${output}`);
    this.output = output;
  }
}

/**
 * Starts the server and resolves when it accepts connections.
 * @param owner identity of the process that the server belongs to: it stands in the server's own command line, so
 *   that a later start can tell a server in use from one left behind
 * @throws ServerStartError
 */
export function startServer(
  cluster: Cluster,
  port: number,
  owner: string,
  log: (line: string) => void,
): Promise<Server> {
  const postgres = [cluster.binaries.postgres, '-D', cluster.folder, '-p', String(port)];
  const settings = Object.entries({ ...SETTINGS, [OWNER_SETTING]: owner }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const args = ['-c', FOLLOW_PARENT, 'sh', ...postgres, ...settings];
  const command = commandAs(cluster.account, '/bin/sh', args, [cluster.folder, cluster.binaries.postgres]);
  // detached: Ctrl-C in the terminal reaches the whole group, and the services must be able to finish their work first.
  const child = spawn(command.file, command.args, {
    ...command.options,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  return ready(child, log);
}

/** The setting that names the owner. PostgreSQL takes any value for a name with a dot in it. */
export const OWNER_SETTING = 'duet.owner';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Figures measured on a server that may lose what it acknowledged would be worthless.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // Both stacks may be on this one server, and every environment of a function keeps a connection: 8 of each of 28.
  max_connections: '400',
  password_encryption: 'scram-sha-256',
  logging_collector: 'off',
  log_checkpoints: 'off',
  log_min_messages: 'warning',
};

/**
 * Shell script that becomes PostgreSQL and leaves a watcher on descriptor 3, whose other end we hold. The system
 * closes that end when we die, even by kill -9; the watcher then asks for a fast shutdown. A line in it means that
 * the server has been stopped in order, and there is nothing to do.
 */
const FOLLOW_PARENT = `
( trap '' INT TERM HUP QUIT; read -r _ <&3 || kill -INT $$ ) >/dev/null 2>&1 &
exec "$@" 3<&-`;

const TAIL_LINES = 20;

function ready(child: ChildProcess, log: (line: string) => void): Promise<Server> {
  const tail: string[] = [];
  const watcher = child.stdio[3] as Writable;
  watcher.on('error', () => {});
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      watcher.end('stopped\n');
      resolve();
    });
    child.once('error', () => resolve());
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new ServerStartError(error.message)));
    // 'close' comes after the last line of output; backends that outlive a killed server may hold it open, so 'exit' counts too.
    const failed = () => reject(new ServerStartError(tail.join('\n')));
    child.once('close', failed);
    child.once('exit', () => setTimeout(failed, 500).unref());
    createInterface({ input: child.stderr as NonNullable<ChildProcess['stderr']> }).on('line', (line) => {
      log(line);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      if (line.includes('database system is ready to accept connections')) {
        resolve({ pid: child.pid as number, exited, stop: () => stop(child, exited) });
      }
    });
  });
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  // https://www.postgresql.org/docs/17/server-shutdown.html: SIGINT fast, SIGQUIT immediate.
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 2_000],
  ];
  for (const [signal, patienceMs] of steps) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    child.kill(signal);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([exited, late]);
    clearTimeout(timer);
  }
}
