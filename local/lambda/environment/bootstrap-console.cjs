'use strict';
/**
 * The console of a function, in Lambda's text format (`<time>\t<request id>\t<level>\t<message>`) or its JSON format, as
 * aws-lambda-ric 4.0.2 writes them. An entry goes through the channel, not through stdout, as on Lambda: it keeps its
 * line breaks, comes ahead of the response that it belongs to, and a handler that closed its stdout still logs.
 */
const { format } = require('node:util');
const { asError, describeInLog } = require('./bootstrap-errors.cjs');

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

const errorAsJson = (_key, value) => {
  if (!(value instanceof Error)) return value;
  const { message: errorMessage, stack } = value;
  const stackTrace = typeof stack === 'string' ? stack.split('\n') : stack;
  return { errorType: value.constructor?.name ?? 'UnknownError', errorMessage, stackTrace, ...value };
};

const jsonEntry = (level, requestId, message, params) => {
  const entry = { timestamp: new Date().toISOString(), level, requestId, message };
  if (params.length === 0) {
    try {
      return JSON.stringify(entry, errorAsJson);
    } catch {
      return JSON.stringify({ ...entry, message: format(message) });
    }
  }
  entry.message = format(message, ...params);
  const error = params.find((param) => param instanceof Error);
  if (error) {
    entry.errorType = error.constructor?.name ?? 'UnknownError';
    entry.errorMessage = error.message;
    entry.stackTrace = typeof error.stack === 'string' ? error.stack.split('\n') : [];
  }
  return JSON.stringify(entry);
};

const textEntry = (level, requestId, message, params) =>
  [new Date().toISOString(), requestId, level, format(message, ...params)].join('\t');

/**
 * Patches the global console.
 *
 * @param env AWS_LAMBDA_LOG_FORMAT and AWS_LAMBDA_LOG_LEVEL
 * @param requestId the current one
 * @param write takes an entry
 * @returns how the runtime itself logs an error
 */
const patchConsole = (env, requestId, write) => {
  const isJson = env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
  const entry = isJson ? jsonEntry : textEntry;
  const least = LEVELS.indexOf(env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase());
  for (const [rank, level] of LEVELS.entries()) {
    console[level.toLowerCase()] =
      rank < least ? () => {} : (message, ...params) => write(entry(level, requestId(), message, params));
  }
  console.log = console.info;
  const { error: logError } = console;
  return isJson
    ? (_what, thrown) => logError(asError(thrown))
    : (what, thrown) => logError(what, describeInLog(asError(thrown)));
};

module.exports = { patchConsole };
