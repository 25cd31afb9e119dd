import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../local/start-ports.ts';

const OSLS = fileURLToPath(new URL('../../node_modules/serverless/bin/serverless.js', import.meta.url));
const SERVICE = fileURLToPath(new URL('./service', import.meta.url));

/** A running `serverless offline` with the functions of ./service. */
export interface Offline {
  readonly child: ChildProcess;
  /** Base URLs of the HTTP API and of the Invoke API. */
  readonly api: string;
  readonly lambda: string;
  readonly httpPort: number;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

const answers = async (url: string): Promise<boolean> => {
  try {
    const reply = await fetch(url);
    await reply.arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

/** Starts it on free ports and waits until it answers. */
export const startOffline = async (): Promise<Offline> => {
  const [httpPort = 0, lambdaPort = 0] = await freePorts(2);
  const child = spawn(
    process.execPath,
    [OSLS, 'offline', '--httpPort', String(httpPort), '--lambdaPort', String(lambdaPort)],
    { cwd: SERVICE, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const api = `http://127.0.0.1:${httpPort}`;
  for (const end = Date.now() + 30_000; !(await answers(`${api}/ok`)); await sleep(25)) {
    if (child.exitCode === null && Date.now() < end) continue;
    child.kill('SIGKILL');
    throw new Error(`serverless offline did not start:\n${output}`);
  }
  return {
    child,
    api,
    lambda: `http://127.0.0.1:${lambdaPort}`,
    httpPort,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
};
