'use strict';
/**
 * What runs in an execution environment: loads a function once and answers its invocations one at a time, as
 * aws-lambda-ric 4.0.2 does on Node.js 24. Nothing is caught here that AWS's runtime would not catch: an exception in a
 * timer or a rejection that nobody handles ends this process, and so does an event loop that runs empty while the handler's
 * promise is open. Plain CommonJS, without a build and with two modules of Node: it is part of every cold start.
 */
const { TYPE, send, receive } = require('./bootstrap-channel.cjs');
const { runtimeError, formatError } = require('./bootstrap-errors.cjs');
const { loadHandler } = require('./bootstrap-handler.cjs');
const { patchConsole } = require('./bootstrap-console.cjs');

/** The largest response that Lambda takes, in bytes: 6 MiB and 100. */
const MAX_RESPONSE = 6_291_556;

/** The environment of the function: it reads it, and Lambda writes to it. */
const { env } = process;
const isLinux = process.platform === 'linux';
const { setImmediate } = globalThis;

/** What @aws/lambda-invoke-store shows to libraries: the invocation that runs, or ran last. */
const KEYS = {
  REQUEST_ID: Symbol.for('_AWS_LAMBDA_REQUEST_ID'),
  X_RAY_TRACE_ID: Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID'),
  TENANT_ID: Symbol.for('_AWS_LAMBDA_TENANT_ID'),
};
let current;
/** Made by a constructor, so that V8 knows its form: as a literal with computed keys it would be found out anew each time. */
function Stored(requestId, traceId) {
  this[KEYS.REQUEST_ID] = requestId;
  this[KEYS.X_RAY_TRACE_ID] = traceId;
}
Stored.prototype = Object.prototype;
const invokeStore = {
  getContext: () => current,
  hasContext: () => current !== undefined,
  get: (key) => current?.[key],
  set: (key, value) => {
    if (Object.values(KEYS).includes(key))
      throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`);
    current = current ?? {};
    current[key] = value;
  },
  getRequestId: () => current?.[KEYS.REQUEST_ID] ?? '-',
  getXRayTraceId: () => current?.[KEYS.X_RAY_TRACE_ID],
  getTenantId: () => undefined,
};
const streamifyResponse = () => {
  throw runtimeError('InvalidStreamingOperation', 'This runtime does not stream responses.');
};

/** What is the same in every context. To read the environment is a call of the C library each time. */
const facts = {
  functionName: env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
};

const contextOf = ({ requestId, arn, deadline, traceId, clientContext, identity }) => ({
  clientContext: clientContext && JSON.parse(clientContext),
  identity: identity && JSON.parse(identity),
  invokedFunctionArn: arn,
  awsRequestId: requestId,
  tenantId: undefined,
  xRayTraceId: traceId,
  getRemainingTimeInMillis: () => deadline - Date.now(),
  functionName: facts.functionName,
  functionVersion: facts.functionVersion,
  memoryLimitInMB: facts.memoryLimitInMB,
  logGroupName: facts.logGroupName,
  logStreamName: facts.logStreamName,
});

const stringify = (result) => {
  let json;
  try {
    json = JSON.stringify(result === undefined ? null : result);
  } catch {
    throw runtimeError('JSONStringifyError', 'Unable to stringify response body');
  }
  // A function or a symbol has no JSON: AWS's native client refuses it with these words
  if (json === undefined) throw new Error('A string was expected');
  return json;
};

/** Linux tells the runtime itself, and counts what the process that forked had in use besides. */
const memoryKb = () => (isLinux ? 0 : process.resourceUsage().maxRSS);

const respond = (json) => {
  if (json.length <= MAX_RESPONSE / 3 || Buffer.byteLength(json) <= MAX_RESPONSE)
    return send(TYPE.response, json, memoryKb());
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE} bytes).`;
  return send(
    TYPE.error,
    JSON.stringify({ errorMessage, errorType: 'Function.ResponseSizeTooLarge' }),
    memoryKb(),
  );
};

/** One turn of the event loop before an answer: what the handler left for it still runs. AWS does the same. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const invoke = async (handler, logError) => {
  const given = receive();
  if (given.traceId) env._X_AMZN_TRACE_ID = given.traceId;
  else delete env._X_AMZN_TRACE_ID;
  current = new Stored(given.requestId, given.traceId);
  const context = contextOf(given);
  const event = JSON.parse(given.payload);
  try {
    const result = await handler(event, context);
    await turn();
    respond(stringify(result));
  } catch (thrown) {
    await turn();
    logError('Invoke Error', thrown);
    send(TYPE.error, JSON.stringify(formatError(thrown)), memoryKb());
  }
};

/**
 * What a handler writes on its standard streams is in the pipe when the write returns, as Node documents for Linux. Without
 * this a full pipe would leave the rest to an event loop that stands still after the answer.
 */
const writeAtOnce = (name) => {
  const { get, ...rest } = Object.getOwnPropertyDescriptor(process, name);
  const blocking = () => {
    const stream = get.call(process);
    stream._handle?.setBlocking?.(true);
    Object.defineProperty(process, name, { ...rest, get: () => stream });
    return stream;
  };
  Object.defineProperty(process, name, { ...rest, get: blocking });
};

const main = async () => {
  writeAtOnce('stdout');
  writeAtOnce('stderr');
  globalThis.awslambda = { ...globalThis.awslambda, InvokeStore: invokeStore, streamifyResponse };
  const logError = patchConsole(env, invokeStore.getRequestId, (entry) => send(TYPE.log, entry));
  let handler;
  try {
    handler = await loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER);
  } catch (thrown) {
    logError('Init Error', thrown);
    send(TYPE.initError, JSON.stringify(formatError(thrown)));
    throw thrown;
  }
  send(TYPE.ready, '');
  for (;;) await invoke(handler, logError);
};

void main();
