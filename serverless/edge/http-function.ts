import type { Route } from '@duet/shared/contract/route.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Authenticate } from './authenticate.ts';
import { requireSmallBody } from './body.ts';
import type { HttpHandler, Reply } from './json.ts';
import { type FunctionLog, makeFunctionLog } from './log.ts';
import { makeProblemHandler } from './problem.ts';

/** What a composition makes of its adapters for one route: who may pass, and what serves. */
export type Served = { readonly authenticate?: Authenticate; readonly handler: HttpHandler };

/** A function behind the HTTP API. */
export type HttpFunction = (event: APIGatewayProxyEventV2, context: Context) => Promise<Reply>;

/** A request ends after 8 s (the contract's section on time); the function itself may take one second more. */
const REQUEST_MS = 8_000;

const REQUEST_ID = 'x-request-id';
const VALID_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** The caller's id if it is well formed, else the invocation's own. */
const requestIdOf = (event: APIGatewayProxyEventV2, context: Context): string => {
  const given = event.headers[REQUEST_ID];
  return given !== undefined && VALID_ID.test(given) ? given : context.awsRequestId;
};

const requireDecodable = (text: string): void => {
  try {
    decodeURIComponent(text);
  } catch {
    throw new DomainError('malformed', { detail: 'The path is not properly encoded.' });
  }
};

const inTime = async (work: Promise<Reply>): Promise<Reply> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new DomainError('overloaded', { detail: 'The request took too long.' }));
  }, REQUEST_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};

const answer = async (route: Route | undefined, served: Promise<Served>, event: APIGatewayProxyEventV2) => {
  if (event.rawQueryString.includes('%')) requireDecodable(event.rawQueryString);
  const { authenticate, handler } = await served;
  if (route && authenticate) await authenticate(route, event);
  requireSmallBody(event);
  return handler(event);
};

/**
 * Makes the function of a route: authenticates, serves, turns errors into problems, and adds the header fields that every reply
 * has. The composition starts when the environment does, where Lambda gives a whole CPU whatever the memory; should it
 * fail, every request is refused and the log says why.
 *
 * @param name the function's key
 * @param route its row of the contract; none for what belongs to the API itself, which is for anyone
 * @param compose chooses the adapters
 */
export function httpFunction(
  name: string,
  route: Route | undefined,
  compose: (log: FunctionLog) => Promise<Served>,
): HttpFunction {
  const log = makeFunctionLog(name);
  const served = compose(log);
  served.catch(() => undefined);
  const problem = makeProblemHandler(log);

  return async (event, context) => {
    const startedAt = performance.now();
    const requestId = requestIdOf(event, context);
    log.begin(requestId);
    const reply = await inTime(answer(route, served, event)).catch(problem);
    const { method, path } = event.requestContext.http;
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    log.info({ method, path, status: reply.statusCode, ms }, 'request');
    const headers = { ...reply.headers, [REQUEST_ID]: requestId, 'x-content-type-options': 'nosniff' };
    return { ...reply, headers };
  };
}
