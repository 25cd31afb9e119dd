/** The control port of the local cloud: is it ready, what waits in the queues, and calls that a clock would make. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RoleUse } from './callers.ts';
import { answer, type Listening, type ListenOptions, listen, readBody } from './http.ts';

/** What the control port can ask for. `queues` and `pending` are read at each request. */
export type ControlTarget = {
  readonly ready: () => boolean;
  readonly ports: () => Record<string, number>;
  readonly queues: () => readonly QueueCounts[];
  readonly pendingInvocations: () => number;
  readonly roles: () => readonly RoleUse[];
  readonly fireSchedule: (key: string) => void;
  /** Takes an asynchronous invocation; false when there is no such function. */
  readonly invokeLater: (functionName: string, payload: string, id: string | undefined) => boolean;
  readonly sweep: () => Promise<number>;
  readonly contend: (text: string, on: boolean) => void;
};

/** Messages of a queue: to receive, received and not deleted, delayed. */
export type QueueCounts = {
  readonly name: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
};

/** Lambda's limit for the payload of an asynchronous invocation, in bytes. */
const MAX_EVENT = 1_048_576;

/**
 * Serves `GET /health` (200 when ready, else 503), `GET /queues`, `GET /roles` (what each function did in its role), `POST /schedules/{functionKey}` (202),
 * `POST /invocations/{functionName}` (202: the event of the body will be delivered), `POST /sweep` (deletes expired items) and `POST` and `DELETE /contention/{text}` (DynamoDB transactions with the text in their
 * request conflict, or no longer). Requests with a foreign Host are refused, so that no web page gets here by DNS.
 */
export const startControl = async (target: ControlTarget, options: ListenOptions): Promise<Listening> => {
  const invokeLater = async (name: string, request: IncomingMessage): Promise<[number, unknown]> => {
    // A web page cannot send this type without being asked for leave first, which it never gets.
    if (request.headers['content-type'] !== 'application/json') return [415, { error: 'Only JSON' }];
    const body = await readBody(request, MAX_EVENT);
    if (!body) return [413, { error: 'The event is too large' }];
    const payload = body.toString();
    JSON.parse(payload);
    const id = request.headers['x-amzn-requestid'];
    const isTaken = target.invokeLater(name, payload, typeof id === 'string' ? id : undefined);
    return isTaken ? [202, {}] : [404, { error: `No function ${name} in this cloud's serverless.yml` }];
  };
  const respond = async (request: IncomingMessage): Promise<[status: number, body: unknown]> => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!['127.0.0.1', 'localhost'].includes(host)) return [403, { error: 'Only local hosts may ask' }];
    const route = `${request.method} ${request.url}`;
    if (route === 'GET /health')
      return [target.ready() ? 200 : 503, { ready: target.ready(), ports: target.ports() }];
    if (route === 'GET /queues') {
      return [200, { queues: target.queues(), pendingInvocations: target.pendingInvocations() }];
    }
    if (route === 'GET /roles') return [200, { roles: target.roles() }];
    if (route === 'POST /sweep') return [200, { deleted: await target.sweep() }];
    const contention = /^(POST|DELETE) \/contention\/([\w-]{8,})$/.exec(route);
    if (contention) {
      target.contend(contention[2] ?? '', contention[1] === 'POST');
      return [200, {}];
    }
    const invoked = /^POST \/invocations\/([\w-]+)$/.exec(route)?.[1];
    if (invoked !== undefined) return invokeLater(invoked, request);
    const key = /^POST \/schedules\/(\w+)$/.exec(route)?.[1];
    if (key === undefined) return [404, { error: 'No such route' }];
    target.fireSchedule(key);
    return [202, {}];
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [status, body] = await respond(request).catch((error: unknown): [number, unknown] => [
      400,
      { error: error instanceof Error ? error.message : String(error) },
    ]);
    answer(response, status, JSON.stringify(body), { 'content-type': 'application/json' });
  };
  return listen((request, response) => void serve(request, response), options);
};
