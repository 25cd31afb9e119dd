import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ThrottleReason } from '../concurrency/limits.ts';
import { MAX_EVENT } from '../http/gateway-request.ts';
import { Refusal, refuse, throttle } from './answers.ts';
import { clientContextOf, identify, isForeign, payloadOf, requestIdOf } from './requests.ts';
import { traceOf } from './trace.ts';

/** A synchronous call: texts are JSON. */
export interface Call {
  readonly requestId: string;
  readonly payload: string;
  readonly invokedArn: string;
  readonly traceId: string;
  readonly clientContext?: string;
}

/** What a synchronous call came to: a result or a function's error as JSON text, with the end of its log; or a throttle. */
export type CallOutcome =
  | { readonly ok: boolean; readonly payload: string; readonly logTail: string }
  | { readonly throttled: ThrottleReason };

/** What runs the functions. Nothing of it rejects, except `enqueue`. */
export interface InvokeBackend {
  /** Names and ARNs (unqualified) by key. */
  readonly functions: ReadonlyArray<{ readonly key: string; readonly name: string; readonly arn: string }>;
  readonly call: (key: string, call: Call) => Promise<CallOutcome>;
  /** Takes an asynchronous invocation, to be run later. When it resolves, the event is safe. */
  readonly enqueue: (key: string, payload: string, requestId: string) => Promise<void>;
}

/** Lambda's limit of the payload of an asynchronous invocation, in bytes. */
const MAX_ASYNC = 1_048_576;

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?(.*))?$/;
const LATEST = '$LATEST';
/**
 * The Invoke API of the Lambda service, as a node:http listener. A function's error keeps status 200 and is told by
 * `X-Amz-Function-Error: Unhandled` with the error as JSON; `Event` answers 202 once the event is safe; `DryRun` answers 204
 * and runs nothing; a throttle is 429 with its Reason.
 * Source: AWS Lambda API reference, "Invoke".
 */
export const makeInvokeApi = ({ functions, call, enqueue }: InvokeBackend) => {
  const byName = new Map(functions.map((fn) => [fn.name, fn]));

  const find = (path: string, query: string | undefined) => {
    const { name, qualifier } = identify(path);
    const wanted = new URLSearchParams(query).get('Qualifier') ?? qualifier;
    const fn = byName.get(name);
    if (fn && (wanted === undefined || wanted === LATEST)) {
      return { key: fn.key, arn: wanted === undefined ? fn.arn : `${fn.arn}:${LATEST}` };
    }
    const missing = fn ? `${fn.arn}:${wanted}` : name;
    throw new Refusal(404, 'ResourceNotFoundException', `Function not found: ${missing}`);
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (isForeign(req)) throw new Refusal(403, 'AccessDeniedException', 'Only local programs may invoke.');
    const [, path, query] = (req.method === 'POST' && PATH.exec(req.url ?? '')) || [];
    if (path === undefined) throw new Refusal(404, 'UnknownOperationException', 'No such operation.');
    const { key, arn } = find(path, query);
    const type = req.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type !== 'RequestResponse' && type !== 'Event' && type !== 'DryRun')
      throw new Refusal(400, 'InvalidParameterValueException', `Unknown invocation type: ${type}`);
    const payload = await payloadOf(req, type === 'Event' ? MAX_ASYNC : MAX_EVENT);
    const clientContext = clientContextOf(req);
    const requestId = requestIdOf(req);
    res.setHeader('x-amzn-requestid', requestId);
    if (type === 'DryRun') return void res.writeHead(204).end();
    if (type === 'Event') {
      await enqueue(key, payload, requestId);
      return void res.writeHead(202, { 'content-length': 0 }).end();
    }
    const traceId = traceOf(req, requestId);
    const request = { requestId, payload, invokedArn: arn, traceId };
    const outcome = await call(key, clientContext === undefined ? request : { ...request, clientContext });
    if ('throttled' in outcome) return throttle(res, outcome.throttled);
    const bytes = Buffer.from(outcome.payload);
    const wantsLog = req.headers['x-amz-log-type'] === 'Tail';
    res.writeHead(200, {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'x-amz-executed-version': LATEST,
      ...(!outcome.ok && { 'x-amz-function-error': 'Unhandled' }),
      ...(wantsLog && { 'x-amz-log-result': Buffer.from(outcome.logTail).toString('base64') }),
    });
    res.end(bytes);
  };

  return (req: IncomingMessage, res: ServerResponse): void => {
    serve(req, res).catch((error: unknown) => {
      if (res.headersSent || (req.destroyed && !req.complete)) return void res.destroy();
      if (error instanceof Refusal) return refuse(res, error);
      process.stderr.write(`Invoke API: ${error instanceof Error ? error.stack : error}\n`);
      refuse(res, new Refusal(500, 'ServiceException', 'The local Invoke API failed; its log says why.'));
    });
  };
};
