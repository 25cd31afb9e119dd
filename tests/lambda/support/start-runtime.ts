import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cloudEnv } from '../../../local/cloud/cloud-env.ts';
import { loadCredentials } from '../../../local/cloud/credentials.ts';
import { freePorts } from '../../../local/start-ports.ts';
import { environment } from '../../../shared/kernel/config.ts';
import { call } from './call.ts';
import { argumentsOf, cloudArguments, type Ports, STAGE } from './command-lines.ts';
import {
  AWS_SCALE,
  type CloudAccess,
  type Recorded,
  type Runtime,
  type RuntimeName,
  type StartOptions,
} from './runtime.ts';
import { type Started, start } from './start-process.ts';

const FIXTURES = fileURLToPath(new URL('../conformance/fixtures', import.meta.url));

const START_MS = 60_000;

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true)).once('error', () => finish(false));
  });

const isHealthy = async (port: number): Promise<boolean> => {
  try {
    return (await call(`http://127.0.0.1:${port}/health`, { timeoutMs: 1_000 })).status === 200;
  } catch {
    return false;
  }
};

/** Whether it is ready before it ends: ours says so itself, serverless-offline listens when it is. */
const comesUp = async (name: RuntimeName, started: Started, ports: Ports): Promise<boolean> => {
  const isReady = async (): Promise<boolean> =>
    name === 'ours' ? isHealthy(ports.control) : (await listens(ports.http)) && (await listens(ports.invoke));
  for (const end = Date.now() + START_MS; ; await sleep(20)) {
    if (started.isOver()) return false;
    if (await isReady()) return true;
    if (Date.now() > end) throw new Error(`not up within ${START_MS / 1000} s: ${started.output()}`);
  }
};

const untilCloudReady = async (started: Started) => {
  for (const end = Date.now() + START_MS; ; await sleep(20)) {
    const line = /^\{"ready":true.*\}$/m.exec(started.output())?.[0];
    if (line !== undefined) {
      const { ports, region } = JSON.parse(line);
      return { ports, region } as {
        ports: Record<'dynamodb' | 'sqs' | 's3' | 'control', number>;
        region: string;
      };
    }
    if (started.isOver() || Date.now() > end) throw new Error(`the cloud did not start: ${started.output()}`);
  }
};

const serviceOf = (config: string): string =>
  /^service: (\S+)/m.exec(readFileSync(config, 'utf8'))?.[1] ?? '';

const linesOf = (file: string): readonly Recorded[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        // What comes after the last line's end is still being written
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    : [];

const startOnce = async (name: RuntimeName, options: StartOptions): Promise<Runtime> => {
  const data = mkdtempSync(join(tmpdir(), 'duet-lambda-'));
  const cleanups: (() => Promise<unknown> | unknown)[] = [
    () => rmSync(data, { recursive: true, force: true, maxRetries: 3 }),
  ];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const config = join(options.dir ?? FIXTURES, options.config);
    const scale = name === 'ours' ? { ...AWS_SCALE, ...options.scale } : AWS_SCALE;
    const [http = 0, invoke = 0, control = 0] = await freePorts(3);
    const ports = { http, invoke, control };
    const env: Record<string, string> = { RECORDS: data, SLS_NOTIFICATIONS_MODE: 'off', ...options.env };
    let cloud: CloudAccess | undefined;
    if (options.cloud) {
      const cloudData = join(data, 'cloud');
      const started = start(cloudArguments(name, config, cloudData, ports, scale), dirname(config), env);
      cleanups.push(started.stop);
      const ready = await untilCloudReady(started);
      const credentials = loadCredentials(cloudData);
      const service = (port: number) => ({ region: ready.region, credentials, port });
      cloud = {
        sqs: service(ready.ports.sqs),
        s3: service(ready.ports.s3),
        control: `http://127.0.0.1:${ready.ports.control}`,
      };
      Object.assign(env, cloudEnv(ready.region, credentials, ready.ports), {
        CLOUD_CONTROL_PORT: String(ready.ports.control),
      });
    }
    const args = [...argumentsOf(name, basename(config), ports, scale), ...(options.args ?? [])];
    const started = start(args, dirname(config), env);
    cleanups.push(started.stop);
    if (!(await comesUp(name, started, ports)))
      throw new Error(`${name} ended instead of starting: ${started.output()}`);
    const service = serviceOf(config);
    const functionName = (key: string): string => `${service}-${STAGE}-${key}`;
    return {
      name,
      pid: started.child.pid ?? 0,
      httpPort: http,
      controlPort: control,
      scale,
      full: environment()['LAMBDA'] === 'full' || name === 'serverless-offline',
      http: (path, request) => call(`http://127.0.0.1:${http}${path}`, request),
      invoke: async (key, payload = {}, { type, tail, headers, timeoutMs } = {}) => {
        const isRaw = typeof payload === 'string' || Buffer.isBuffer(payload);
        const answer = await call(
          `http://127.0.0.1:${invoke}/2015-03-31/functions/${functionName(key)}/invocations`,
          {
            method: 'POST',
            headers: {
              ...(type !== undefined && { 'x-amz-invocation-type': type }),
              ...(tail === true && { 'x-amz-log-type': 'Tail' }),
              ...headers,
            },
            body: isRaw ? payload : JSON.stringify(payload),
            ...(timeoutMs !== undefined && { timeoutMs }),
          },
        );
        const tailOf = answer.headers['x-amz-log-result'];
        return Object.defineProperties(answer, {
          functionError: { value: answer.headers['x-amz-function-error'] },
          log: { value: Buffer.from(String(tailOf ?? ''), 'base64').toString() },
        }) as never;
      },
      functionName,
      records: (key) => linesOf(join(data, `${functionName(key)}.jsonl`)),
      output: started.output,
      cloud,
      another: async (other) => {
        const runtime = await startRuntime(name, other);
        cleanups.push(runtime.stop);
        return runtime;
      },
      refuses: async (file) => {
        const [first = 0, second = 0, third = 0] = await freePorts(3);
        const refused = join(dirname(config), file);
        const free = { http: first, invoke: second, control: third };
        const tried = start(argumentsOf(name, basename(refused), free, scale), dirname(refused), env);
        try {
          return (await comesUp(name, tried, free)) ? undefined : tried.output();
        } finally {
          await tried.stop();
        }
      },
      stop,
      exited: started.exited,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Somebody else may take a free port before it is used: then others are tried, so often. */
const TRIES = 3;

/**
 * Starts a runtime on free ports, with a folder of its own for records and data, and waits until it listens. Ours is started as the
 * project starts it; serverless-offline as its users do, with nothing of this project.
 *
 * @throws Error with its output when it ends instead
 */
export const startRuntime = async (
  name: RuntimeName,
  options: StartOptions,
  tries = TRIES,
): Promise<Runtime> => {
  try {
    return await startOnce(name, options);
  } catch (error) {
    if (tries <= 1 || !String(error).includes('EADDRINUSE')) throw error;
    return startRuntime(name, options, tries - 1);
  }
};
