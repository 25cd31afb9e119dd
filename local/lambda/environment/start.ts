import { join } from 'node:path';
import type { Environment, LambdaFunction, StartEnvironment } from '../types.ts';
import { findBatchPolicy } from './batch-policy.ts';
import { makeEnvironment } from './environment.ts';
import { makeFifoStock } from './fifos.ts';
import { makeFreezer } from './freezer.ts';
import { startGuardian } from './guardian.ts';
import { makeLimits } from './limits.ts';
import { openRunFolder } from './run-folder.ts';

/** AWS: the INIT phase is limited to 10 seconds (lambda-runtime-environment). */
const INIT_LIMIT_MS = 10_000;

/** What the environments of a runtime need. */
export type EnvironmentsOptions = {
  readonly region: string;
  /** Told of every entry of every function's log, without a line break at its end. */
  readonly onLog: (fn: LambdaFunction, line: string) => void;
  /** For the environments' /tmp folders, and the notes from which the next runtime clears up after one that was killed. */
  readonly dir: string;
  /** Of the INIT phase, in ms; Lambda's 10 s. */
  readonly initLimitMs?: number;
  /** false: enforce limits as on a machine without control groups. */
  readonly cgroups?: boolean;
  /** false: invoke as on a system whose named pipes are not Linux'. */
  readonly fifos?: boolean;
};

/** Execution environments of one runtime. */
export type Environments = {
  /** @throws Error after `close` */
  readonly start: StartEnvironment;
  /** What is enforced and how, or why not: one line each. */
  readonly limits: { readonly cpu: string; readonly memory: string };
  /** Ends every process of every environment and removes their folders. */
  readonly close: () => Promise<void>;
};

/**
 * Prepares for execution environments: clears up after runtimes that were killed, finds out which limits hold here, and
 * starts the guardian, without which no function runs.
 *
 * @throws Error when `dir` cannot be written to, or /bin/sh does not start
 */
export const makeEnvironments = async (options: EnvironmentsOptions): Promise<Environments> => {
  const { region, onLog, dir, initLimitMs = INIT_LIMIT_MS, cgroups } = options;
  const folder = await openRunFolder(dir);
  const [guardian, behind, fifos] = await Promise.all([
    startGuardian(folder.path),
    findBatchPolicy(),
    makeFifoStock(join(folder.path, 'fifos'), options.fifos),
  ]);
  const onHome = (home: string): void => {
    folder.noteHome(home);
    guardian.watchHome(home);
  };
  const limits = await makeLimits(folder.name, onHome, cgroups);
  const freezer = makeFreezer();
  const living = new Set<Environment>();
  let isClosed = false;

  const start: StartEnvironment = (fn) => {
    if (isClosed) throw new Error('The Lambda runtime has been closed: no environment starts any more');
    const made = makeEnvironment(fn, {
      region,
      initLimitMs,
      onLog,
      folder,
      guardian,
      limits,
      freezer,
      fifos,
      behind,
    });
    living.add(made);
    void made.gone.then(() => living.delete(made));
    return made;
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    limits.closing();
    await Promise.all([...living].map(({ stop }) => stop()));
    await Promise.all([limits.close(), fifos.close()]);
    await folder.remove();
    await guardian.close();
  };
  return { start, limits: { cpu: limits.cpu, memory: limits.memory }, close };
};
