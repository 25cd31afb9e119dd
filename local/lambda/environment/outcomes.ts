import type { FunctionError } from '../types.ts';

/** How a process ended, as Node tells it: exactly one of both is set. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Lambda prints a signal as Go does (syscall.Signal.String). */
const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: 'aborted',
  SIGALRM: 'alarm clock',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
  SIGUSR1: 'user defined signal 1',
  SIGUSR2: 'user defined signal 2',
};

const wordsOf = ({ code, signal }: Exit): string => {
  if (signal) return `with error: signal: ${SIGNALS[signal] ?? signal}`;
  return code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
};

/** The error of an invocation whose process ended under it. */
export const exitError = (requestId: string, exit: Exit): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: Runtime exited ${wordsOf(exit)}`,
});

/** The words of a timeout, with two decimals: they are in the answer and in the log. */
export const timeoutWords = (timeoutMs: number): string =>
  `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`;

/** The error of an invocation that ran past its function's timeout. */
export const timeoutError = (requestId: string, timeoutMs: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: ${timeoutWords(timeoutMs)}`,
});

/**
 * The `Error Type` of a report. Lambda's logs name only the runtime's own kinds; a function's (`RangeError`) are unknown to
 * it. (Seen in published logs; AWS's text is silent.)
 */
export const reportedType = (errorType: string): string =>
  /^(Runtime|Function|Sandbox|Extension)\.[A-Z][A-Za-z]+$/.test(errorType) ? errorType : 'Runtime.Unknown';
