import type { FunctionError, Invocation, InvocationResult } from '../types.ts';
import type { Exit } from './outcomes.ts';

/** What an invocation came to in its process. `payload` is JSON. */
export type Outcome = InvocationResult['outcome'];

/** What a function's process does, in this order: logs, ready or initError, answers, one exit. */
export type ProcessEvents = {
  readonly onLog: (line: string) => void;
  readonly onReady: () => void;
  readonly onInitError: (error: FunctionError) => void;
  /** Told after everything that was printed before, with how long it ran in its process. */
  readonly onAnswer: (outcome: Outcome, ranMs: number) => void;
  readonly onExit: (exit: Exit, failure?: Error) => void;
};

/** One OS process of a function. It is stopped (SIGSTOP) whenever it neither starts nor runs an invocation. */
export type RuntimeProcess = {
  readonly pid: number | undefined;
  /** Settles once its limits hold. */
  readonly limited: Promise<void>;
  /** Wakes it up and hands it an invocation that may take `timeoutMs`, unless it was sent ahead. */
  readonly send: (invocation: Invocation, timeoutMs: number) => void;
  /**
   * Hands it a further invocation while one runs: it goes on with it without sleeping in between.
   *
   * @returns false where that cannot be, or could not be undone
   */
  readonly sendAhead: (invocation: Invocation, timeoutMs: number) => boolean;
  /** Takes back what was sent ahead. @returns false when the process has taken it, and begins with it after its answer at the latest */
  readonly takeBack: () => boolean;
  /** Whether it has this invocation, which was sent ahead, also when it has ended since. */
  readonly holds: (invocation: Invocation) => boolean;
  /** It, and what it started. */
  readonly kill: () => void;
  /** Whether its memory, rather than anybody else, ended it. */
  readonly ranOutOfMemory: () => boolean;
  /** After an invocation of `ranMs`. */
  readonly maxMemoryMb: (ranMs: number) => number;
};
