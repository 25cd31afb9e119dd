/**
 * What is wrong with the engine or the stack, in words for the person at the terminal: no stack trace, exit code 1.
 */
export class StackError extends Error {
  override readonly name = 'StackError';
}

/** What was thrown, as an error of Node or of the engine's HTTP API. */
export const asFault = (error: unknown): NodeJS.ErrnoException & { readonly statusCode?: number } =>
  error as NodeJS.ErrnoException & { readonly statusCode?: number };
