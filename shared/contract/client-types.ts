import type * as z from 'zod';
import type { ErrorCode } from '../kernel/errors.ts';
import type { ProblemBody } from './problem-body.ts';
import type { RouteKey, routes } from './routes.ts';
import type { RequestHeaders } from './transport.ts';

type Row<K extends RouteKey> = (typeof routes)[K];
type If<R, Shape, Fields> = R extends Shape ? Fields : unknown;

type ParamsOf<R> = R extends { params: infer S extends z.ZodType }
  ? { readonly params: z.input<S> }
  : unknown;
type QueryOf<R> = R extends { query: infer S extends z.ZodType } ? { readonly query?: z.input<S> } : unknown;
type BodyOf<R> = R extends { body: infer S extends z.ZodType } ? { readonly body: z.input<S> } : unknown;

/** What a call of a route takes: exactly what its row in the contract asks for. */
export type Call<K extends RouteKey> = ParamsOf<Row<K>> &
  QueryOf<Row<K>> &
  BodyOf<Row<K>> &
  If<Row<K>, { who: 'customer' | 'admin' }, { /** Access token. */ readonly token: string }> &
  If<Row<K>, { idempotencyKey: true }, { readonly idempotencyKey: string }> &
  If<Row<K>, { ifMatch: true }, { /** An ETag as it was received. */ readonly ifMatch: string }> & {
    /** More header fields, e.g. `x-request-id`. */
    readonly headers?: RequestHeaders;
  };

type SuccessBody<R> = R extends { success: { schema: infer S extends z.ZodType } } ? z.output<S> : Uint8Array;

/** A reply of a route that went well: the status of its row, and a body that its schema has checked. */
export type Success<K extends RouteKey> = {
  readonly ok: true;
  readonly status: Row<K>['success']['status'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: SuccessBody<Row<K>>;
};

/** A refusal that the route's row allows for. */
export type Refusal = {
  readonly ok: false;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemBody;
  readonly code: ErrorCode;
};

/** Any reply that keeps the contract. */
export type Reply<K extends RouteKey> = Success<K> | Refusal;

type CallArguments<K extends RouteKey> = object extends Call<K> ? [call?: Call<K>] : [call: Call<K>];

/** One method a route, named for its use case. */
export type RouteCalls = { readonly [K in RouteKey]: (...call: CallArguments<K>) => Promise<Reply<K>> };
