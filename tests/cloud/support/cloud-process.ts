/** The local cloud as a process of its own, to be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loadCredentials } from '../../../local/cloud/credentials.ts';
import type { CloudPorts } from '../../../local/cloud/start-cloud.ts';
import type { Service } from './aws.ts';
import { FIXTURE } from './test-cloud.ts';

const MAIN = fileURLToPath(new URL('../../../local/cloud/main.ts', import.meta.url));

/** A started process. `exited` resolves with code and signal; `stderr` is what it wrote there so far. */
export type CloudProcess = {
  readonly pid: number;
  readonly ports: CloudPorts;
  readonly dynamodb: Service;
  readonly sqs: Service;
  readonly s3: Service;
  readonly kill: (signal: NodeJS.Signals) => Promise<{ code: number | null; signal: string | null }>;
};

const running = new Set<ChildProcess>();

/** Kills every process that a test has left behind. */
export const killLeftOver = async (): Promise<void> => {
  const ended = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(ended);
};

/** Starts the process and gives what it wrote and how it ended. */
export const spawnCloud = (dataDir: string, args: readonly string[] = []) => {
  const free = ['--dynamodb-port', '0', '--sqs-port', '0', '--s3-port', '0', '--control-port', '0'];
  const child = spawn(
    process.execPath,
    [MAIN, '--template', FIXTURE, '--stage', 'test', '--data', dataDir, ...free, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.add(child);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  const firstLine = new Promise<string | undefined>((resolve) => {
    createInterface(child.stdout).once('line', resolve);
    void exited.then(() => resolve(undefined));
  });
  return { child, exited, firstLine, stderr: () => stderr };
};

/** Starts the process and waits for its ready line. */
export const startCloudProcess = async (
  dataDir: string,
  args: readonly string[] = [],
): Promise<CloudProcess> => {
  const { child, exited, firstLine, stderr } = spawnCloud(dataDir, args);
  const line = await firstLine;
  if (line === undefined) throw new Error(`The cloud ended instead of getting ready: ${stderr()}`);
  const ready = JSON.parse(line) as { ready: boolean; region: string; ports: CloudPorts };
  const credentials = loadCredentials(dataDir);
  const service = (port: number): Service => ({ region: ready.region, credentials, port });
  return {
    pid: child.pid ?? 0,
    ports: ready.ports,
    dynamodb: service(ready.ports.dynamodb),
    sqs: service(ready.ports.sqs),
    s3: service(ready.ports.s3),
    kill: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
};
