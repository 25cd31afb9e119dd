'use strict';
/** Finds a function's handler the way aws-lambda-ric 4.0.2 does, with its errors. */
const { existsSync } = require('node:fs');
const path = require('node:path');
const { runtimeError } = require('./bootstrap-errors.cjs');

/** Lambda's own text for Node.js 24. */
const NO_CALLBACKS =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

const parse = (name) => {
  if (name.includes('..')) {
    throw runtimeError(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const base = path.basename(name);
  const match = /^([^.]*)\.(.*)$/.exec(base);
  if (!match) throw runtimeError('MalformedHandlerName', 'Bad handler');
  return { folder: name.slice(0, name.indexOf(base)).replace(/\/$/, ''), file: match[1], exported: match[2] };
};

/** AWS imports CommonJS too. To require it comes to the same, and saves the start of the module loader. */
const loadFile = async (file) => {
  if (!/\.c?js$/.test(file)) return import(file);
  try {
    return require(file);
  } catch (error) {
    // A module with a top-level await, of which nothing has run yet
    if (error?.code === 'ERR_REQUIRE_ASYNC_MODULE') return import(file);
    throw error;
  }
};

const loadModule = async (root, { folder, file }) => {
  const whole = path.resolve(root, folder, file);
  try {
    for (const extension of ['', '.js', '.mjs', '.cjs']) {
      if (existsSync(whole + extension)) return await loadFile(whole + extension);
    }
    return require(require.resolve(file, { paths: [root, path.join(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw Object.assign(runtimeError('UserCodeSyntaxError', String(error)), { stack: error.stack });
    if (error instanceof Error && error.code === 'MODULE_NOT_FOUND')
      throw runtimeError('ImportModuleError', String(error));
    throw error;
  }
};

const findIn = (module, exported) =>
  exported
    .split('.')
    .reduce((found, key) => (found && typeof found === 'object' ? found[key] : undefined), module);

/**
 * @param root the folder of the code
 * @param name such as `index.handler`, or `folder/file.some.export`
 * @throws Error named as the invoker will see it: Runtime.MalformedHandlerName, ImportModuleError, UserCodeSyntaxError,
 *   HandlerNotFound, CallbackHandlerDeprecated; or whatever the module throws
 */
const loadHandler = async (root, name) => {
  const parsed = parse(name);
  const module = await loadModule(root, parsed);
  let handler = findIn(module, parsed.exported);
  if (!handler && typeof module === 'object' && module !== null && 'default' in module)
    handler = findIn(module.default, parsed.exported);
  if (!handler) throw runtimeError('HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${name} is not a function`);
  if (handler.length >= 3) throw runtimeError('CallbackHandlerDeprecated', NO_CALLBACKS);
  return handler;
};

module.exports = { loadHandler };
