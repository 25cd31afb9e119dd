import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkReply } from '../shared/contract/check-reply.ts';
import type { Client } from '../shared/contract/client.ts';
import { makeClient } from '../shared/contract/client.ts';
import type { Route } from '../shared/contract/route.ts';
import { type RouteKey, routes } from '../shared/contract/routes.ts';
import type { RequestHeaders, Transport } from '../shared/contract/transport.ts';
import { type Answer, makeNormalise, type Reply } from './normalise.ts';

/** A request of the journey. */
export type Request = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly key?: string;
};

/** One walk through one stack: what a step needs to send requests, and what it leaves for later steps. */
export type Walk = {
  readonly transport: Transport;
  /** Text that no other walk uses, for addresses and keys. */
  readonly unique: string;
  /** Sends a request of a route, records the answer (or what `compared` makes of its body), and returns its body. */
  readonly send: (
    key: RouteKey,
    request?: Request,
    compared?: (body: unknown) => unknown,
  ) => Promise<unknown>;
  /** Repeats a request until its body is as wanted; only the last answer is recorded. */
  readonly until: (key: RouteKey, request: Request, wanted: (body: unknown) => boolean) => Promise<unknown>;
  /** Records an answer that came another way. */
  readonly record: (request: string, reply: Reply) => void;
  /** An access token of the stack's administrator. */
  readonly adminToken: () => Promise<string>;
  /** What earlier steps have left: tokens and ids by name. */
  readonly memory: Map<string, string>;
  /** Restarts the step's stopwatch, or sets it back to an earlier moment (ms of `performance.now`). */
  readonly timeFrom: (moment: number) => void;
  /** The answers recorded since the last call, and the violations of the contract among them. */
  readonly take: () => {
    readonly answers: readonly Answer[];
    readonly violations: readonly string[];
    readonly from: number | undefined;
  };
};

/** Where a walk goes. */
export type Ground = {
  /** Its name in messages. */
  readonly side: string;
  readonly baseUrlOf: (route: Route) => string;
  readonly administrator: { readonly email: string; readonly password: string };
};

/** How long a polled state may take, in ms: the contract's order settles in far less. */
const UNTIL_MS = 30_000;

const pathOf = (route: Route, { params = {}, query }: Request): string =>
  `${route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))}${query ? `?${query}` : ''}`;

const parse = (reply: Reply): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(reply.bytes));
  } catch {
    return undefined;
  }
};

const encode = (body: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(body));

/** Starts a walk through a stack. */
export const makeWalk = (stack: Ground, transport: Transport): Walk => {
  const normalise = makeNormalise();
  const client: Client = makeClient({ baseUrlOf: stack.baseUrlOf, transport });
  let answers: Answer[] = [];
  let violations: string[] = [];
  let from: number | undefined;

  const exchange = async (key: RouteKey, request: Request): Promise<Reply> => {
    const route: Route = routes[key];
    const headers: RequestHeaders = {
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
      ...(request.token !== undefined && { authorization: `Bearer ${request.token}` }),
      ...(request.key !== undefined && { 'idempotency-key': request.key }),
    };
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    return client.raw(route.method, pathOf(route, request), { headers, body, like: route });
  };
  const note = (key: RouteKey, reply: Reply, compared?: (body: unknown) => unknown): unknown => {
    const route: Route = routes[key];
    const whole = reply.status >= 400 || compared === undefined;
    // Before it is normalised: what is not compared must not be given a name either, or all later ids are off by one.
    const seen = whole ? reply : { ...reply, bytes: encode(compared(parse(reply))) };
    answers.push(normalise(`${route.method} ${route.path}`, seen));
    try {
      checkReply(route, reply);
    } catch (error) {
      violations.push((error as Error).message);
    }
    return parse(reply);
  };

  return {
    transport,
    unique: randomBytes(6).toString('hex'),
    memory: new Map(),
    send: async (key, request = {}, compared) => note(key, await exchange(key, request), compared),
    until: async (key, request, wanted) => {
      for (const end = performance.now() + UNTIL_MS; ; await sleep(5)) {
        const reply = await exchange(key, request);
        if (reply.status >= 400 || wanted(parse(reply)) || performance.now() > end) return note(key, reply);
      }
    },
    record: (request, reply) => void answers.push(normalise(request, reply)),
    adminToken: async () => {
      const reply = await client.logIn({ body: stack.administrator });
      if (!reply.ok)
        throw new Error(`The administrator could not log in on the ${stack.side}: ${reply.body.title}.`);
      return reply.body.accessToken;
    },
    timeFrom: (moment) => {
      from = moment;
    },
    take: () => {
      const taken = { answers, violations, from };
      answers = [];
      violations = [];
      from = undefined;
      return taken;
    },
  };
};
