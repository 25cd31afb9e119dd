import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** One service as a process. */
export type ServiceProcess = {
  readonly url: string;
  readonly pid: number;
  /** Resolves when GET /readyz says so. @throws Error with the last log lines when it ends or is late */
  readonly ready: (deadlineMs: number) => Promise<void>;
  readonly wasReady: () => boolean;
  /** SIGTERM, and SIGKILL after 25 s. Repeatable. */
  readonly stop: () => Promise<void>;
};

const TAIL_LINES = 15;
const STOP_MS = 25_000;
const FOLLOW_PARENT = join(import.meta.dirname, 'follow-parent.ts');

/**
 * Makes sure that nobody listens where a service is to: whoever does might even answer its readiness probe.
 *
 * @throws Error naming the port
 */
export const assertPortIsFree = (name: string, env: Readonly<Record<string, string>>): Promise<void> => {
  const host = env['HOST'] ?? '127.0.0.1';
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Error(`Port ${env['PORT']} on ${host} is taken: the ${name} service cannot start.`, { cause }),
      ),
    );
    server.listen(Number(env['PORT']), host, () => server.close(() => resolve()));
  });
};

/**
 * Starts `main` with Node under an environment of its own. Its output goes to a file.
 * @param options.onExit told that the process has ended, with how and its last lines
 */
export const startProcess = (options: {
  name: string;
  main: string;
  env: Readonly<Record<string, string>>;
  logFile: string;
  onExit: (report: string) => void;
}): ServiceProcess => {
  const { name, env } = options;
  const url = `http://${env['HOST'] ?? '127.0.0.1'}:${env['PORT']}`;
  mkdirSync(dirname(options.logFile), { recursive: true });
  const file = createWriteStream(options.logFile, { flags: 'a' });
  file.on('error', () => {});
  const child = spawn(process.execPath, ['--import', FOLLOW_PARENT, options.main], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    });
  }
  let ended: string | undefined;
  let wasReady = false;
  const exited = new Promise<void>((resolve) => {
    const end = (how: string) => {
      if (ended !== undefined) return;
      ended = `the ${name} service ended (${how})`;
      file.end();
      options.onExit(report(ended));
      resolve();
    };
    // 'close' comes after the last line of output.
    child.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
    child.once('error', (error) => end(error.message));
  });
  const report = (what: string) =>
    `${what}. Its last lines (all are in ${options.logFile}):\n${tail.join('\n')}`;

  const ready = async (deadlineMs: number): Promise<void> => {
    for (const deadline = Date.now() + deadlineMs; ; await sleep(25)) {
      if (ended !== undefined) throw new Error(report(ended));
      if (await isReady(url)) break;
      if (Date.now() > deadline)
        throw new Error(report(`the ${name} service is not ready after ${deadlineMs} ms`));
    }
    wasReady = true;
  };
  const stop = async (): Promise<void> => {
    if (ended !== undefined) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  return { url, pid: child.pid ?? 0, ready, wasReady: () => wasReady, stop };
};

const isReady = async (url: string): Promise<boolean> => {
  try {
    const reply = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
    await reply.body?.cancel();
    return reply.ok;
  } catch {
    return false;
  }
};
