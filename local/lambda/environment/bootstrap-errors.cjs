'use strict';
/** How AWS's runtime client (aws-lambda-ric 4.0.2) turns whatever was thrown into what it reports and what it logs. */

/** An error of the runtime itself: its name is the `errorType` that the invoker sees. */
const runtimeError = (name, message) => Object.assign(new Error(message), { name: `Runtime.${name}` });

const escaped = (text) => text?.replaceAll('\x7F', '%7F');

/** What the invoker gets: `errorType` is the error's name, or the type of what is no error. */
const formatError = (thrown) => {
  try {
    if (!(thrown instanceof Error))
      return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
    return {
      errorType: escaped(thrown.name),
      errorMessage: escaped(thrown.message),
      trace: escaped(thrown.stack)?.split('\n') || [],
    };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
};

const withDetails = (_key, value) => {
  if (!(value instanceof Error)) return value;
  const { name: errorType, message: errorMessage, code } = value;
  const details = Object.assign({ errorType, errorMessage, code }, value);
  if (typeof value.stack === 'string') details.stack = value.stack.split('\n');
  return details;
};

const asError = (thrown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** The text of an error in the log, after a tab: all of its own properties as JSON. */
const describeInLog = (error) => {
  try {
    return `\t${JSON.stringify(error, withDetails)}`;
  } catch {
    return `\t${JSON.stringify(formatError(error))}`;
  }
};

module.exports = { runtimeError, formatError, asError, describeInLog };
