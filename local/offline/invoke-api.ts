import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FunctionFacts, Invoke } from './runtime.ts';

/** Lambda's limits of a payload, in bytes: of a synchronous invocation and of an asynchronous one. */
const MAX_SYNC = 6_291_456;
const MAX_ASYNC = 1_048_576;

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;

/** `duet-dev-placeOrder`, its ARN, or either with `:$LATEST`. */
const nameOf = (identifier: string): string => {
  const parts = decodeURIComponent(identifier).split(':');
  const name = parts.length >= 7 ? parts[6] : parts[0];
  return name ?? '';
};

const fail = (res: ServerResponse, status: number, type: string, message: string): void => {
  const body = JSON.stringify({ Type: 'User', Message: message, message });
  res.writeHead(status, { 'content-type': 'application/json', 'x-amzn-ErrorType': type }).end(body);
};

const bodyOf = async (req: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const parsed = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: text === '' ? {} : JSON.parse(text) };
  } catch {
    return undefined;
  }
};

const clientContextOf = (req: IncomingMessage): unknown => {
  const header = req.headers['x-amz-client-context'];
  return typeof header === 'string' ? parsed(Buffer.from(header, 'base64').toString())?.value : undefined;
};

/**
 * The Invoke API of the Lambda service, as a node:http listener. A function's error keeps status 200 and is told by
 * `X-Amz-Function-Error: Unhandled` with the error as JSON; `Event` answers 202 at once and is run once (retries are the
 * caller's, local/cloud's); `DryRun` answers 204 and runs nothing.
 * Source: AWS Lambda API reference, "Invoke".
 *
 * @param functions the functions by key; they are invoked by name or ARN
 * @param invoke runs a function
 */
export const makeInvokeApi = (functions: ReadonlyMap<string, FunctionFacts>, invoke: Invoke) => {
  const keyByName = new Map([...functions.values()].map(({ key, name }) => [name, key]));

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await bodyOf(req);
    const name = PATH.exec(req.url ?? '')?.[1];
    if (name === undefined || req.method !== 'POST')
      return fail(res, 404, 'UnknownOperationException', 'no such operation');
    const key = keyByName.get(nameOf(name));
    if (key === undefined)
      return fail(res, 404, 'ResourceNotFoundException', `Function not found: ${nameOf(name)}`);
    const type = req.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (body.length > (type === 'Event' ? MAX_ASYNC : MAX_SYNC)) {
      return fail(
        res,
        413,
        'RequestTooLargeException',
        `${body.length} byte payload is too large for ${type}`,
      );
    }
    const event = parsed(body.toString('utf8'));
    if (!event)
      return fail(res, 400, 'InvalidRequestContentException', 'Could not parse request body into json');
    if (type === 'DryRun') return void res.writeHead(204).end();
    if (type === 'Event') {
      void invoke(key, event.value).then(
        (outcome) => outcome.ok || process.stderr.write(`${key}: ${JSON.stringify(outcome.error)}\n`),
      );
      return void res.writeHead(202).end();
    }
    if (type !== 'RequestResponse')
      return fail(res, 400, 'InvalidParameterValueException', `unknown type ${type}`);
    const outcome = await invoke(key, event.value, clientContextOf(req));
    const payload = outcome.ok ? outcome.json : JSON.stringify(outcome.error);
    res.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
      'x-amz-executed-version': '$LATEST',
      ...(!outcome.ok && { 'x-amz-function-error': 'Unhandled' }),
    });
    res.end(payload);
  };

  return (req: IncomingMessage, res: ServerResponse): void => {
    serve(req, res).catch((error: unknown) => {
      process.stderr.write(`Invoke API: ${error instanceof Error ? error.stack : error}\n`);
      if (res.headersSent) res.destroy();
      else fail(res, 500, 'ServiceException', 'the local Invoke API failed');
    });
  };
};
