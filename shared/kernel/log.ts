/** Writes one structured line. `fields` never hold a secret: redaction is the logger's last line, not the first. */
export type LogLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** The logger that both stacks' glue and the loops are given. */
export type Log = { readonly info: LogLine; readonly warn: LogLine; readonly error: LogLine };

const errorOf = (value: unknown): unknown =>
  value instanceof Error
    ? {
        name: value.name,
        message: value.message,
        stack: value.stack,
        ...(value.cause !== undefined && { cause: errorOf(value.cause) }),
      }
    : value;

/** Field names whose values never reach a log, in whatever case they come. */
export const REDACTED: readonly string[] = [
  'password',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'token',
  'x-upload-token',
];

const HIDDEN = new Set(REDACTED.map((name) => name.toLowerCase()));

const redact = (key: string, value: unknown): unknown =>
  HIDDEN.has(key.toLowerCase()) ? '[redacted]' : errorOf(value);

/** A logger of one JSON line a call, for where a logging library would only add to the cold start. */
export const makeJsonLog = (
  write: (line: string) => void,
  base: Readonly<Record<string, unknown>> = {},
): Log => {
  const line =
    (level: string): LogLine =>
    (fields, message) =>
      write(
        JSON.stringify({ level, time: new Date().toISOString(), ...base, ...fields, msg: message }, redact),
      );
  return { info: line('info'), warn: line('warn'), error: line('error') };
};

/** A logger that drops everything, for tests. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
