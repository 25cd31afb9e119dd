import type { FunctionError } from '../types.ts';
import type { Exit } from './outcomes.ts';
import type { Outcome, RuntimeProcess } from './process-types.ts';

/** What an invocation waits for. */
export type Answer =
  | { readonly kind: 'outcome'; readonly outcome: Outcome; readonly ranMs: number }
  | { readonly kind: 'exit'; readonly exit: Exit; readonly isOutOfMemory: boolean }
  | { readonly kind: 'timeout' };

/** One process from its start to its end, as its environment sees it. */
export type Life = {
  readonly process: RuntimeProcess;
  /** Resolves when it has ended and everything it printed was logged. */
  readonly over: Promise<void>;
  /** Takes the next answer. */
  onAnswer: ((answer: Answer) => void) | undefined;
};

/** What an INIT came to. */
export type Init =
  | { readonly ok: true; readonly life: Life; readonly ms: number }
  | {
      readonly ok: false;
      readonly ms: number;
      readonly status: 'error' | 'timeout';
      /** What the runtime client reported, before its process ended. */
      readonly error?: FunctionError | undefined;
      readonly exit?: Exit | undefined;
      readonly isOutOfMemory?: boolean | undefined;
      /** The system gave us no process. */
      readonly failure?: Error | undefined;
    };
