/**
 * What one invocation of a function came to. `payload` is the function's result as JSON text (Lambda's own form of it);
 * an error has the shape that the Lambda service answers with. `environmentLost` says that the environment died, so
 * that the next invocation needs a new one.
 */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError; readonly environmentLost: boolean };

/** An error of a function, as the Lambda service reports it: `errorType` is the error's name. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/**
 * An error as AWS's Node.js runtime reports it: whatever was thrown, an `Error` or not.
 *
 * @param thrown what the handler threw or rejected with
 */
export const describeError = (thrown: unknown): FunctionError => {
  if (thrown instanceof Error) {
    const trace = (thrown.stack ?? '').split('\n');
    return { errorType: thrown.name, errorMessage: thrown.message, trace };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
};

/**
 * The error of an environment whose process ended in the middle of an invocation.
 *
 * @param requestId the invocation that it took along
 * @param code the exit code: 0 when something called `process.exit(0)`, 1 after an uncaught exception
 */
export const exitError = (requestId: string, code: number): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: Runtime exited ${
    code === 0 ? 'without providing a reason' : `with error: exit status ${code}`
  }`,
});

/**
 * The error of an invocation that ran past its function's timeout.
 *
 * @param requestId the invocation
 * @param seconds the function's timeout
 */
export const timeoutError = (requestId: string, seconds: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});
