import type { FunctionError, Invocation, InvocationResult } from '../types.ts';
import type { Exit } from './outcomes.ts';

/** What an invocation came to in its process. `payload` is JSON. */
export type Outcome = InvocationResult['outcome'];

/** What a function's process does, in this order: logs, ready or initError, answers, one exit. */
export type ProcessEvents = {
  readonly onLog: (line: string) => void;
  readonly onReady: () => void;
  readonly onInitError: (error: FunctionError) => void;
  /** Told after everything that was printed before. */
  readonly onAnswer: (outcome: Outcome) => void;
  readonly onExit: (exit: Exit, failure?: Error) => void;
};

/** One OS process of a function. It is stopped (SIGSTOP) whenever it neither starts nor runs an invocation. */
export type RuntimeProcess = {
  readonly pid: number | undefined;
  /** Settles once its limits hold. */
  readonly limited: Promise<void>;
  /** Wakes it up and hands it an invocation. `deadline` in ms since 1970. */
  readonly send: (invocation: Invocation, deadline: number) => void;
  /** It, and what it started. */
  readonly kill: () => void;
  /** Whether its memory, rather than anybody else, ended it. */
  readonly ranOutOfMemory: () => boolean;
  /** After an invocation of `ranMs`. */
  readonly maxMemoryMb: (ranMs: number) => number;
};
