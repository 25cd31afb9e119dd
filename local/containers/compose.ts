import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { environment } from '../../shared/kernel/config.ts';
import { asFault, StackError } from './errors.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The parts of `docker compose config` that are read here. */
const Config = z.object({
  services: z.record(
    z.string(),
    z.object({
      networks: z
        .record(z.string(), z.object({ aliases: z.array(z.string()).optional() }).nullable())
        .optional(),
      ports: z.array(z.object({ target: z.number(), published: z.string().optional() })).optional(),
      deploy: z
        .object({
          resources: z
            .object({ reservations: z.object({ cpus: z.coerce.number().optional() }).optional() })
            .optional(),
        })
        .optional(),
    }),
  ),
  networks: z.record(z.string(), z.object({ name: z.string() })).optional(),
});

/** The Compose file with everything filled in. Ports are text, CPUs are cores, networks have their real names. */
export type ComposeConfig = z.output<typeof Config>;

/** How a command runs. */
export type RunOptions = {
  /** Gets every line of its progress. */
  readonly tell?: (line: string) => void;
  /** Variables for it, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
};

/** `docker compose`, for one project. */
export type Compose = {
  /**
   * Runs a command, and returns what it printed.
   *
   * @throws ComposeFailure; StackError when Compose is not installed
   */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<string>;
  /** @throws as `run` */
  readonly config: () => Promise<ComposeConfig>;
};

/** `docker compose` ended with an error. */
export class ComposeFailure extends Error {
  override readonly name = 'ComposeFailure';
  readonly output: string;
  /** @param output everything that it printed to its standard error */
  constructor(output: string) {
    super(output.trim().split('\n').at(-1) ?? '');
    this.output = output;
  }
}

const MISSING =
  'Docker Compose is not installed: see https://docs.docker.com/compose/install (it needs version 2.20 or later).';

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

const execute = (args: readonly string[], { tell, env }: RunOptions = {}): Promise<Ended> =>
  new Promise((done, reject) => {
    const child = spawn('docker', ['compose', ...args], {
      cwd: ROOT,
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    let line = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      const lines = `${line}${text}`.split('\n');
      line = lines.pop() ?? '';
      for (const whole of lines) if (whole.trim() !== '') tell?.(whole.trim());
    });
    child.once('error', (error) =>
      reject(asFault(error).code === 'ENOENT' ? new StackError(MISSING) : error),
    );
    child.once('close', (code) => done({ code, out, err }));
  });

/**
 * Docker Compose for a project, in the repository's root.
 *
 * @param files Compose files in place of the usual ones, relative to the working directory
 */
export const makeCompose = (project: string, files: readonly string[] = []): Compose => {
  const common = ['--project-name', project, ...files.flatMap((file) => ['--file', resolve(file)])];
  const run: Compose['run'] = async (args, options) => {
    const plain = ['--ansi', 'never', '--progress', 'plain'];
    const { code, out, err } = await execute([...plain, ...common, ...args], options);
    if (code === 0) return out;
    // Without the plugin, docker takes the options for its own and says so in different words in each version.
    if ((await execute(['version'])).code !== 0) throw new StackError(MISSING);
    throw new ComposeFailure(err || out);
  };
  return {
    run,
    config: async () => Config.parse(JSON.parse(await run(['config', '--format', 'json']))),
  };
};
