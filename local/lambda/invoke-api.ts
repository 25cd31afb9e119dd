import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ThrottleReason } from './concurrency/limits.ts';

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

/** Lambda's limits of a payload, in bytes: of a synchronous invocation and of an asynchronous one. */
const MAX_SYNC = 6_291_456;
const MAX_ASYNC = 1_048_576;

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?(.*))?$/;
const LATEST = '$LATEST';
/** Content types of a JSON payload; AWS's own clients send the last. */
const JSON_TYPE =
  /^(application\/([\w.+-]*\+)?json|application\/x-amz-json-1\.[01]|application\/octet-stream)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** `duet-dev-placeOrder`, its ARN whole or from the account on, each with `:$LATEST` or not: name and qualifier. */
const identify = (identifier: string): { readonly name: string; readonly qualifier: string | undefined } => {
  const [, arn, bare] =
    /^(?:arn:aws[\w-]*:lambda:[^:]*:)?(?:\d{12}:function:|function:)(.+)$|^(.+)$/.exec(identifier) ?? [];
  const [name = '', qualifier] = (arn ?? bare ?? '').split(':');
  return { name, qualifier };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** On AWS a call is signed. Here a web page is kept out: by its Origin, and by a Host that DNS may have led here. */
const isForeign = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || !/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const bodyOf = async (req: IncomingMessage, limit: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > limit ? undefined : Buffer.concat(chunks);
};

const clientContextOf = ({ headers }: IncomingMessage): string | undefined => {
  const header = headers['x-amz-client-context'];
  if (typeof header !== 'string') return undefined;
  const text = Buffer.from(header, 'base64').toString();
  if (isJson(text)) return text;
  throw new Refusal(400, 'InvalidRequestContentException', 'Client context must be a valid Base64 of JSON.');
};

/** The caller's trace, or a new one; ids in hexadecimal as X-Ray has them. */
const traceOf = ({ headers }: IncomingMessage, requestId: string): string => {
  const given = headers['x-amzn-trace-id'];
  return typeof given === 'string' && given !== '' ? given : newTraceId(requestId);
};

/** A trace of its own for an invocation; not sampled. */
export const newTraceId = (requestId: string): string => {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const [a, b, c, d, e = ''] = requestId.split('-');
  return `Root=1-${seconds}-${a}${b}${c}${d}${e.slice(0, 4)};Parent=${d}${e};Sampled=0`;
};

/**
 * The Invoke API of the Lambda service, as a node:http listener. A function's error keeps status 200 and is told by
 * `X-Amz-Function-Error: Unhandled` with the error as JSON; `Event` answers 202 once the event is safe; `DryRun` answers 204
 * and runs nothing; a throttle is 429 with its Reason.
 * Source: AWS Lambda API reference, "Invoke".
 */
export const makeInvokeApi = ({ functions, call, enqueue }: InvokeBackend) => {
  const byName = new Map(functions.map((fn) => [fn.name, fn]));

  const find = (path: string, query: string | undefined) => {
    const { name, qualifier } = identify(decoded(path));
    const wanted = new URLSearchParams(query).get('Qualifier') ?? qualifier;
    const fn = byName.get(name);
    if (fn && (wanted === undefined || wanted === LATEST)) {
      return { key: fn.key, arn: wanted === undefined ? fn.arn : `${fn.arn}:${LATEST}` };
    }
    const missing = fn ? `${fn.arn}:${wanted}` : name;
    throw new Refusal(404, 'ResourceNotFoundException', `Function not found: ${missing}`);
  };

  const payloadOf = async (req: IncomingMessage, limit: number): Promise<string> => {
    const body = await bodyOf(req, limit);
    const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type !== undefined && !JSON_TYPE.test(type))
      throw new Refusal(415, 'UnsupportedMediaTypeException', `Unsupported content type: ${type}`);
    if (!body)
      throw new Refusal(413, 'RequestTooLargeException', `Request must be smaller than ${limit} bytes.`);
    const text = body.length === 0 ? '{}' : body.toString();
    if (isJson(text)) return text;
    throw new Refusal(400, 'InvalidRequestContentException', 'Could not parse request body into json.');
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (isForeign(req)) throw new Refusal(403, 'AccessDeniedException', 'Only local programs may invoke.');
    const [, path, query] = (req.method === 'POST' && PATH.exec(req.url ?? '')) || [];
    if (path === undefined) throw new Refusal(404, 'UnknownOperationException', 'No such operation.');
    const { key, arn } = find(path, query);
    const type = req.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type !== 'RequestResponse' && type !== 'Event' && type !== 'DryRun')
      throw new Refusal(400, 'InvalidParameterValueException', `Unknown invocation type: ${type}`);
    const payload = await payloadOf(req, type === 'Event' ? MAX_ASYNC : MAX_SYNC);
    const clientContext = clientContextOf(req);
    const given = req.headers['x-amzn-requestid'];
    // The retries of an event bear the id under which it was taken.
    const requestId = typeof given === 'string' && UUID.test(given) ? given : randomUUID();
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

const refuse = (res: ServerResponse, { status, type, message }: Refusal): void => {
  const by = status < 500 ? 'User' : 'Service';
  send(res, status, type, { Type: by, Message: message, message });
};

const throttle = (res: ServerResponse, Reason: ThrottleReason): void =>
  send(res, 429, 'TooManyRequestsException', { Reason, Type: 'User', message: 'Rate Exceeded.' });

const send = (res: ServerResponse, status: number, type: string, body: object): void => {
  const text = Buffer.from(JSON.stringify(body));
  const headers = { 'content-type': 'application/json', 'content-length': text.length };
  res.writeHead(status, { ...headers, 'x-amzn-errortype': type }).end(text);
};
