import type { Log, LogLine } from '@duet/shared/kernel/log.ts';
import { REDACTED } from '@duet/shared/kernel/log.ts';
import { type DestinationStream, pino, stdTimeFunctions } from 'pino';
import { makeLineWriter } from './line-writer.ts';
import type { RequestIds } from './request-ids.ts';

/** A service's logger: JSON lines on standard output. */
export type ServiceLog = Log & {
  /** Writes out what is buffered. Called before the process ends. */
  readonly flush: () => void;
};

/** Deepest nesting that is logged; also what ends a cycle. */
const MAX_DEPTH = 6;

const secretNames = new Set(
  [...REDACTED, 'set-cookie', 'secret', 'privateJwk', 'x-upload-token'].map((name) => name.toLowerCase()),
);

/**
 * Copies what is to be logged, with the value of every field of a secret name, at any depth and in any case, replaced
 * by `[redacted]`, and with errors as plain objects.
 */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    const code = (value as { code?: unknown }).code;
    return {
      name,
      message,
      ...(code !== undefined && { code }),
      stack,
      ...(cause !== undefined && { cause: redact(cause, depth + 1) }),
    };
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    copy[name] = secretNames.has(name.toLowerCase()) ? '[redacted]' : redact(member, depth + 1);
  }
  return copy;
};

/**
 * Makes a service's logger with pino. Every line written while a request is served carries that request's id.
 * @param options.stream where lines go; standard output unless given
 */
export const makeServiceLog = (options: {
  service: string;
  level: string;
  requestIds: RequestIds;
  stream?: DestinationStream;
}): ServiceLog => {
  const stdout = makeLineWriter(1);
  if (!options.stream) process.on('exit', stdout.flush);
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are plain objects by now: pino's own serializer would take them apart again.
      serializers: { err: (error) => error },
    },
    options.stream ?? stdout,
  );
  const line = (level: 'info' | 'warn' | 'error'): LogLine => {
    return (fields, message) => {
      if (!logger.isLevelEnabled(level)) return;
      const requestId = options.requestIds.current();
      const safe = redact(fields) as Record<string, unknown>;
      logger[level](requestId === undefined ? safe : { requestId, ...safe }, message);
    };
  };
  return { info: line('info'), warn: line('warn'), error: line('error'), flush: stdout.flush };
};
