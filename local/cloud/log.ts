/** Where the local cloud reports what it does: one line each. */
export type Log = {
  readonly info: (message: string) => void;
  readonly error: (message: string, error?: unknown) => void;
};

/** Writes lines to standard error, so that standard output stays free for the ready line. */
export const stderrLog: Log = {
  info: (message) => void process.stderr.write(`cloud: ${message}\n`),
  error: (message, error) =>
    void process.stderr.write(`cloud: ${message}${error === undefined ? '' : `: ${describe(error)}`}\n`),
};

/** Message and code of whatever was thrown. */
const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
