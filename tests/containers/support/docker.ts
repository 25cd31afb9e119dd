import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { environment } from '@duet/shared/kernel/config.ts';

/** Root of the project: the folder of docker-compose.yml. */
export const ROOT = join(import.meta.dirname, '../../..');

/** What a command wrote. */
export type Output = { readonly stdout: string; readonly stderr: string };

/** How a command runs. */
export type DockerOptions = {
  /** Variables for it, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Longest run in ms; 60 s unless given. */
  readonly withinMs?: number;
};

const run = promisify(execFile);
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Whatever a developer has set for stacks of their own would change this one. */
const isForOthers = (name: string): boolean => /^(COMPOSE_|DUET_)/.test(name);

const environmentWith = (env: Readonly<Record<string, string>>): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(environment()).filter(([name]) => !isForOthers(name))),
  ...env,
});

/**
 * Runs the docker command line, against the engine that DOCKER_HOST or the context names, in the root of the project.
 *
 * @throws Error with the command and the end of what it wrote, when it fails or takes too long
 */
export const docker = async (
  args: readonly string[],
  { env = {}, withinMs = 60_000 }: DockerOptions = {},
): Promise<Output> => {
  try {
    return await run('docker', args, {
      cwd: ROOT,
      env: environmentWith(env),
      timeout: withinMs,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OUTPUT,
    });
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      killed,
      code,
    } = error as Partial<Output> & NodeJS.ErrnoException & { killed?: boolean };
    const how = killed ? `was not done within ${withinMs} ms` : `ended with ${code}`;
    const said = `${stdout.slice(-1500)}${stderr.slice(-3000)}`.trim();
    throw new Error(`docker ${args.join(' ')} ${how}:\n${said}`);
  }
};

/** Starts the docker command line with its input and output in hand; its complaints are shown. */
export const spawnDocker = (args: readonly string[]): ChildProcessByStdio<Writable, Readable, null> =>
  spawn('docker', args, { cwd: ROOT, env: environmentWith({}), stdio: ['pipe', 'pipe', 'inherit'] });

/** Whether there is an engine to test on, or why not, in one line. */
export type Answers = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const firstLine = (error: unknown): string => {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n');
  return (lines[1] || lines[0] || '').trim();
};

const placeOfEngine = async (): Promise<string> =>
  environment()['DOCKER_HOST'] ??
  (await docker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'])).stdout.trim();

/** Looks whether docker and its compose are installed and an engine answers, where DOCKER_HOST or the context says. */
export const engineAnswers = async (): Promise<Answers> => {
  try {
    await docker(['--version'], { withinMs: 10_000 });
  } catch {
    return { ok: false, reason: 'the docker command line is not installed' };
  }
  try {
    await docker(['compose', 'version'], { withinMs: 10_000 });
  } catch {
    return { ok: false, reason: 'docker compose is not installed' };
  }
  try {
    await docker(['version', '--format', '{{.Server.Version}}'], { withinMs: 10_000 });
    return { ok: true };
  } catch (error) {
    const where = await placeOfEngine().catch(() => 'the default place');
    return { ok: false, reason: `no Docker Engine answers at ${where} (${firstLine(error)})` };
  }
};
