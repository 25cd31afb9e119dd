import type { FunctionError, InvocationResult, LambdaFunction } from '../types.ts';
import type { Answer, Init } from './init.ts';
import { exitError, reportedType, timeoutError } from './outcomes.ts';

/** What an invocation came to, before it is billed. */
export type Conclusion = {
  readonly outcome: InvocationResult['outcome'];
  readonly status: InvocationResult['status'];
  /** In its report: only where the environment broke. */
  readonly reported?: string;
};

const failed = (error: FunctionError, reported: string): Conclusion => ({
  outcome: { ok: false, error },
  status: reported === 'Runtime.OutOfMemory' ? 'out-of-memory' : 'error',
  reported,
});

const timedOut = (requestId: string, timeoutMs: number): Conclusion => ({
  outcome: { ok: false, error: timeoutError(requestId, timeoutMs) },
  status: 'timeout',
});

/** Of an invocation that reached its function. */
export const concludeAnswer = (requestId: string, fn: LambdaFunction, answer: Answer): Conclusion => {
  switch (answer.kind) {
    case 'outcome':
      return { outcome: answer.outcome, status: answer.outcome.ok ? 'success' : 'error' };
    case 'timeout':
      return timedOut(requestId, fn.timeoutMs);
    case 'exit': {
      const type = answer.isOutOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
      return failed(exitError(requestId, answer.exit), type);
    }
  }
};

/** Why an INIT failed, for its report. */
export const initErrorType = (init: Extract<Init, { ok: false }>): string | undefined => {
  if (init.status === 'timeout') return undefined;
  if (init.isOutOfMemory) return 'Runtime.OutOfMemory';
  return init.error ? reportedType(init.error.errorType) : 'Runtime.ExitError';
};

/** Of an invocation whose environment did not come up. */
export const concludeInit = (
  requestId: string,
  fn: LambdaFunction,
  init: Extract<Init, { ok: false }>,
): Conclusion => {
  if (init.status === 'timeout') return timedOut(requestId, fn.timeoutMs);
  if (init.failure) {
    const errorMessage = `RequestId: ${requestId} Error: the environment's process did not start: ${init.failure.message}`;
    return failed({ errorType: 'Sandbox.Failure', errorMessage }, 'Sandbox.Failure');
  }
  const type = initErrorType(init) ?? 'Runtime.ExitError';
  return failed(init.error ?? exitError(requestId, init.exit ?? { code: 1, signal: null }), type);
};
