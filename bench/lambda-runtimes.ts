import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../local/start-ports.ts';
import { environment } from '../shared/kernel/config.ts';

/** A local runtime that serves bench/lambda-service. */
export type LambdaRuntime = {
  readonly name: string;
  readonly url: string;
  readonly stop: () => Promise<void>;
};

const SERVICE = fileURLToPath(new URL('./lambda-service', import.meta.url));
const MAIN = fileURLToPath(new URL('../local/lambda/main.ts', import.meta.url));
const OSLS = fileURLToPath(new URL('../node_modules/serverless/bin/serverless.js', import.meta.url));

const READY_MS = 60_000;

/** Ends what was started when this process ends, however that goes. */
const GUARD = new URL('../local/services/follow-parent.ts', import.meta.url).href;

const answers = async (url: string): Promise<boolean> => {
  try {
    const reply = await fetch(url);
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
};

const start = async (
  name: string,
  script: readonly string[],
  options: readonly string[],
  port: number,
): Promise<LambdaRuntime> => {
  const child = spawn(
    process.execPath,
    [
      '--import',
      GUARD,
      ...script,
      '--config',
      'serverless.yml',
      '--stage',
      'bench',
      '--httpPort',
      String(port),
      ...options,
    ],
    // Nobody reads what it writes: both are spared the work, of which serverless-offline has more
    { cwd: SERVICE, env: environment(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + READY_MS; !(await answers(`${url}/trivial`)); await sleep(50)) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`${name} did not start: ${said}`);
  }
  return {
    name,
    url,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
};

/** Starts ours and serverless-offline, as its users start it, with the same code; both write their logs to nowhere. */
export const startRuntimes = async (): Promise<readonly [ours: LambdaRuntime, offline: LambdaRuntime]> => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = await freePorts(5);
  // Lambda takes 10 requests a second for each unit of concurrency, 10,000 in all: less than ours can do
  const oursOptions = [
    '--lambdaPort',
    String(b),
    '--controlPort',
    String(c),
    '--requestsPerConcurrency',
    '1000',
  ];
  const ours = start('ours', [MAIN], oursOptions, a);
  const offline = start('serverless-offline', [OSLS, 'offline', 'start'], ['--lambdaPort', String(e)], d);
  const started = await Promise.allSettled([ours, offline]);
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    for (const one of started) if (one.status === 'fulfilled') await one.value.stop();
    throw failed.reason;
  }
  return Promise.all([ours, offline]);
};
