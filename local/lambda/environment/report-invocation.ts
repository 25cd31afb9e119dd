import type { InvocationResult, LambdaFunction } from '../types.ts';
import type { Conclusion } from './conclude.ts';
import { billed, type LogLines } from './log-lines.ts';
import type { LogTail } from './log-tail.ts';
import { timeoutWords } from './outcomes.ts';

/** What is known when an invocation has ended. Times in ms. */
export type Ended = {
  readonly fn: LambdaFunction;
  readonly requestId: string;
  readonly conclusion: Conclusion;
  readonly ranMs: number;
  /** Of the environment's INIT phase, for its first invocation. */
  readonly initMs: number | undefined;
  readonly maxMemoryMb: number;
  readonly lines: LogLines;
  readonly log: (line: string | undefined) => void;
  readonly tail: LogTail;
  readonly environmentLost: boolean;
};

/** Lambda's words for what broke an environment, ahead of the end of the invocation. */
const explanation = ({ fn, requestId, conclusion }: Ended): string | undefined => {
  const { outcome, status, reported } = conclusion;
  if (status === 'timeout') return `${new Date().toISOString()} ${requestId} ${timeoutWords(fn.timeoutMs)}`;
  return !outcome.ok && reported ? `${outcome.error.errorMessage}\n${outcome.error.errorType}` : undefined;
};

/** Bills an invocation, logs its end and its report. No more than the timeout is billed of one that ran into it. */
export const reportInvocation = (ended: Ended): InvocationResult => {
  const { fn, requestId, conclusion, initMs, lines, log, tail, environmentLost } = ended;
  const { outcome, status, reported: errorType } = conclusion;
  const durationMs = status === 'timeout' ? fn.timeoutMs : ended.ranMs;
  const billedMs = billed(durationMs, initMs);
  const maxMemoryMb = status === 'out-of-memory' ? fn.memoryMb : ended.maxMemoryMb;
  log(explanation(ended));
  log(lines.end(requestId));
  const { memoryMb } = fn;
  const told = status === 'out-of-memory' ? 'error' : status;
  log(
    lines.report({ requestId, durationMs, billedMs, memoryMb, maxMemoryMb, initMs, status: told, errorType }),
  );
  return {
    outcome,
    status,
    durationMs,
    billedMs,
    maxMemoryMb,
    initMs,
    environmentLost,
    logTail: tail.text(),
  };
};
