/**
 * One execution environment, run as a worker thread: loads a function's bundle once and answers invocations one at a
 * time. Nothing is caught here that AWS's runtime would not catch: an exception in a timer or a rejection that nobody
 * handles ends this thread, and the main thread turns that into the error of the invocation in flight.
 */
import { createRequire } from 'node:module';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { describeError, type Outcome } from './outcome.ts';

/** What serverless-offline hands to a worker: the handler is `path/to/file.export`, relative to `codeDir`. */
interface WorkerData {
  readonly codeDir: string;
  readonly functionKey: string;
  readonly handler: string;
  readonly timeout: number;
}

/** One invocation, sent by main-side-environment.ts. */
export interface Invocation {
  readonly event: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}

type Handler = (event: unknown, context: unknown) => unknown;

/** The largest response that Lambda takes from a function, in bytes. */
const MAX_RESPONSE = 6_291_556;

const { codeDir, handler: handlerName, timeout } = workerData as WorkerData;

const load = (): Handler => {
  const dot = handlerName.lastIndexOf('.');
  const module = createRequire(`${codeDir}/`)(`${codeDir}/${handlerName.slice(0, dot)}.cjs`);
  const handler: unknown = module[handlerName.slice(dot + 1)];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${handlerName} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return handler as Handler;
};

const contextOf = (given: Invocation['context']) => {
  const deadline = Date.now() + timeout;
  const { callbackWaitsForEmptyEventLoop: _, ...context } = given;
  return {
    ...context,
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${given['functionName']}`,
    logGroupName: `/aws/lambda/${given['functionName']}`,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
};

const stringify = (result: unknown): Outcome => {
  let json: string;
  try {
    json = JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    const error = {
      errorType: 'Runtime.JSONStringifyError',
      errorMessage: 'Unable to stringify response body',
    };
    return { ok: false, error, environmentLost: false };
  }
  if (json.length > MAX_RESPONSE / 3 && Buffer.byteLength(json) > MAX_RESPONSE) {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE} bytes).`;
    return {
      ok: false,
      error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage },
      environmentLost: false,
    };
  }
  return { ok: true, payload: json };
};

let handler: Handler | undefined;

const invoke = async ({ event, context }: Invocation): Promise<Outcome> => {
  try {
    handler ??= load();
  } catch (thrown) {
    return { ok: false, error: describeError(thrown), environmentLost: true };
  }
  try {
    return stringify(await handler(event, contextOf(context)));
  } catch (thrown) {
    return { ok: false, error: describeError(thrown), environmentLost: false };
  }
};

const main: MessagePort | null = parentPort;
main?.on('message', (invocation: Invocation) => {
  // From here on the handler may have had an effect: if this thread dies, the invocation has failed
  main.postMessage('started');
  void invoke(invocation).then((outcome) => main.postMessage(outcome));
});
