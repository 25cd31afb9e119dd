import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Environments,
  type EnvironmentsOptions,
  makeEnvironments,
} from '../../../local/lambda/environment/start.ts';
import type {
  Environment,
  Invocation,
  InvocationResult,
  LambdaFunction,
} from '../../../local/lambda/types.ts';
import { until } from '../../support/until.ts';

/** Environments with functions of our own. */
export type Lab = {
  readonly dir: string;
  readonly environments: Environments;
  /** Everything that was logged so far, entry by entry. */
  readonly logs: string[];
  /** A function of one file or more; 512 MB and 3 s. `index.cjs` if only text is given. */
  readonly define: (
    files: string | Readonly<Record<string, string>>,
    settings?: Partial<LambdaFunction>,
  ) => LambdaFunction;
  /** An environment of such a function. */
  readonly open: (
    files: string | Readonly<Record<string, string>>,
    settings?: Partial<LambdaFunction>,
  ) => Environment;
  readonly close: () => Promise<void>;
};

/** A lab in a temporary folder. */
export const openLab = async (options: Partial<EnvironmentsOptions> = {}): Promise<Lab> => {
  const dir = mkdtempSync(join(tmpdir(), 'duet-lab-'));
  const logs: string[] = [];
  const environments = await makeEnvironments({
    region: 'eu-west-1',
    dir: join(dir, 'environments'),
    onLog: (_fn, line) => logs.push(line),
    ...options,
  });
  let count = 0;
  const define: Lab['define'] = (files, settings = {}) => {
    count += 1;
    const name = `fixture-${count}`;
    const root = join(dir, name);
    mkdirSync(root);
    const all = typeof files === 'string' ? { 'index.cjs': files } : files;
    for (const [file, text] of Object.entries(all)) {
      mkdirSync(join(root, file, '..'), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return {
      key: name,
      name,
      arn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
      root,
      handler: 'index.handler',
      memoryMb: 512,
      timeoutMs: 3_000,
      environment: {},
      revision: '1',
      ...settings,
    };
  };
  return {
    dir,
    environments,
    logs,
    define,
    open: (files, settings) => environments.start(define(files, settings)),
    close: async () => {
      await environments.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

/** An invocation with `event`. */
export const invocation = (event: unknown = {}, settings: Partial<Invocation> = {}): Invocation => ({
  requestId: randomUUID(),
  payload: JSON.stringify(event),
  invokedArn: 'arn:aws:lambda:eu-west-1:000000000000:function:fixture',
  traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  ...settings,
});

/** Invokes, and parses what came back. @throws Error when the function failed */
export const answerOf = async (environment: Environment, event: unknown = {}): Promise<unknown> => {
  const { outcome } = await environment.invoke(invocation(event));
  if (!outcome.ok) throw new Error(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
  return JSON.parse(outcome.payload);
};

/** The error of a result. @throws Error when there is none */
export const errorOf = ({ outcome }: InvocationResult) => {
  if (outcome.ok) throw new Error(`It did not fail: ${outcome.payload}`);
  return outcome.error;
};

/** A process's state as the kernel has it: R, S, D, T (stopped), Z; undefined when there is no such process. */
export const stateOf = (pid: number | undefined): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0];
  } catch {
    return undefined;
  }
};

/** Whether a process is there and no zombie. */
export const lives = (pid: number | undefined): boolean => !['Z', 'X', undefined].includes(stateOf(pid));

/**
 * Waits until a process is stopped, or waits itself (D) for a child that was stopped between vfork and exec, as a shell may.
 *
 * @returns how long that took, in ms
 */
export const untilFrozen = async (pid: number | undefined): Promise<number> => {
  const began = performance.now();
  await until(
    `process ${pid} is stopped`,
    async () => ('TD'.includes(stateOf(pid) ?? '?') ? true : undefined),
    {
      everyMs: 0,
    },
  );
  return performance.now() - began;
};

/** Waits until none of these processes is left. */
export const untilGone = (pids: readonly (number | undefined)[]): Promise<true> =>
  until(`processes ${pids.join(' ')} are gone`, async () => (pids.some(lives) ? undefined : true));
