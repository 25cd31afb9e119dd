import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { environment } from '../shared/kernel/config.ts';

/** A process whose CPU time can be asked for. */
export type Measured = {
  readonly url: string;
  /** CPU time used so far by all its threads, user and system, in microseconds (getrusage). */
  readonly cpu: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

const HOOK = new URL('./cpu-hook.ts', import.meta.url).href;
const READY_MS = 20_000;

/**
 * Starts a script of the project with Node under an environment of its own and waits until `path` of it answers 200.
 *
 * @throws Error with the end of its output when it does not
 */
export const startMeasured = async (
  script: string,
  port: number,
  env: Readonly<Record<string, string>>,
  path = '/readyz',
): Promise<Measured> => {
  const main = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', HOOK, main], {
    env: {
      PATH: environment()['PATH'],
      HOST: '127.0.0.1',
      LOG_LEVEL: 'error',
      DRAIN_MS: '0',
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-2_000);
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const ready = async (): Promise<boolean> => {
    const reply = await fetch(url + path).catch(() => undefined);
    await reply?.arrayBuffer();
    return reply?.ok === true;
  };
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  for (const end = Date.now() + READY_MS; !(await ready()); await sleep(50)) {
    if (isOver() || Date.now() > end) throw new Error(`${script} did not start: ${said}`);
  }
  return {
    url,
    cpu: () =>
      new Promise((resolve) => {
        child.once('message', (message) => resolve((message as { cpu: number }).cpu));
        child.send('cpu');
      }),
    stop: async () => {
      if (isOver()) return;
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
};
