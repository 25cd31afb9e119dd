import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Template } from '../cloud/template.ts';
import type { LambdaService } from './concurrency/service.ts';
import type { ForwardEvent } from './forward-event.ts';
import { makeCors } from './http/cors.ts';
import type { HttpHandler } from './http/gateway-request.ts';
import { type HttpOutcome, makeHttpApi } from './http/http-api.ts';
import { routesOf } from './http/http-routes.ts';
import { makeInvokeApi } from './invoke/invoke-api.ts';
import { newTraceId } from './invoke/trace.ts';

/** What the two front doors stand on. */
export type FrontDoorsOptions = {
  readonly template: Pick<Template, 'functions' | 'cors'>;
  readonly service: LambdaService;
  readonly forward: ForwardEvent;
  readonly integrationTimeoutMs?: number;
};

const THROTTLED: HttpOutcome = { ok: false, throttled: true };

/** The HTTP API of the functions, and their Invoke API as a node:http listener. */
export const makeFrontDoors = (
  options: FrontDoorsOptions,
): { readonly httpApi: HttpHandler; readonly invokeApi: RequestListener } => {
  const { template, service, forward, integrationTimeoutMs } = options;
  const { functions, cors } = template;
  const arns = new Map(functions.map(({ key, arn }) => [key, arn]));
  const names = new Map(functions.map(({ key, name }) => [key, name]));

  return {
    httpApi: makeHttpApi({
      routes: routesOf(functions),
      ...(cors && { cors: makeCors(cors) }),
      ...(integrationTimeoutMs !== undefined && { integrationTimeoutMs }),
      invoke: (key, payload, traceId) => {
        const requestId = randomUUID();
        const running = service.invoke(key, {
          requestId,
          payload,
          invokedArn: arns.get(key) ?? '',
          traceId: traceId ?? newTraceId(requestId),
        });
        if (typeof running === 'string') return Promise.resolve(THROTTLED);
        return running.then(({ outcome }) => outcome);
      },
    }),
    invokeApi: makeInvokeApi({
      functions,
      enqueue: (key, payload, requestId) => forward(names.get(key) ?? '', payload, requestId),
      call: async (key, call) => {
        const running = service.invoke(key, call);
        if (typeof running === 'string') return { throttled: running };
        const { outcome, logTail } = await running;
        const payload = outcome.ok ? outcome.payload : JSON.stringify(outcome.error);
        return { ok: outcome.ok, payload, logTail };
      },
    }),
  };
};
