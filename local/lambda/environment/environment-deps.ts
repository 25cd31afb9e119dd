import type { LambdaFunction } from '../types.ts';
import type { FifoStock } from './fifos.ts';
import type { Freezer } from './freezer.ts';
import type { Guardian } from './guardian.ts';
import type { Limits } from './limits.ts';
import type { RunFolder } from './run-folder.ts';

/** What all environments of a runtime share. */
export type EnvironmentDeps = {
  readonly region: string;
  readonly initLimitMs: number;
  readonly onLog: (fn: LambdaFunction, line: string) => void;
  readonly folder: RunFolder;
  readonly guardian: Guardian;
  readonly limits: Limits;
  readonly freezer: Freezer;
  readonly fifos: FifoStock;
  /** What the processes are put behind: see batch-policy.ts. */
  readonly behind: readonly string[];
};
