import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { cloudDataDir, type Env, type LocalPorts } from './local-environment.ts';

const MAIN = fileURLToPath(new URL('../cloud/main.ts', import.meta.url));
const GUARD = new URL('../services/follow-parent.ts', import.meta.url).href;

/** How long the local cloud may take to be ready, in milliseconds. */
const START_LIMIT = 20_000;

/** What the local cloud is to be started with. */
export interface CloudOptions {
  readonly file: string;
  readonly serviceDir: string;
  readonly stage: string;
  readonly ports: LocalPorts;
  readonly env: Env;
  /** Pauses before retries of asynchronous calls, in ms. */
  readonly retryDelaysMs?: readonly number[];
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .setTimeout(500, () => finish(false))
      .on('connect', () => finish(true))
      .on('error', () => finish(false));
  });

const isReady = async (port: number): Promise<boolean> => {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(1_000) });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
};

const untilReady = async (port: number, child: ChildProcess): Promise<void> => {
  const deadline = Date.now() + START_LIMIT;
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`The local cloud ended with exit code ${child.exitCode}`);
    if (Date.now() > deadline)
      throw new Error(`The local cloud was not ready within ${START_LIMIT / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};

const argumentsOf = ({ file, serviceDir, stage, ports, retryDelaysMs }: CloudOptions): string[] => {
  const options = {
    template: file,
    stage,
    data: cloudDataDir(serviceDir),
    'dynamodb-port': ports.dynamodb,
    'sqs-port': ports.sqs,
    's3-port': ports.s3,
    'control-port': ports.control,
    'http-api-port': ports.httpApi,
    'invoke-url': `http://127.0.0.1:${ports.lambda}`,
    ...(retryDelaysMs && { 'retry-delays': retryDelaysMs.join(',') }),
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
};

/**
 * Starts the local cloud (DynamoDB, SQS, S3, schedules) as a child unless something already listens on its control port.
 * The child ends with this process, even when this process is killed: it listens to the channel between them.
 *
 * @returns once it is ready; `stop` ends it if it was started here
 */
export const ensureLocalCloud = async (options: CloudOptions): Promise<{ stop(): void }> => {
  const { control } = options.ports;
  if (await listens(control)) return { stop: () => undefined };
  const child = spawn(process.execPath, ['--import', GUARD, MAIN, ...argumentsOf(options)], {
    env: { ...options.env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await untilReady(control, child);
  child.channel?.unref();
  child.unref();
  return { stop: () => void child.kill('SIGTERM') };
};
