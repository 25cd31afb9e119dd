import type * as z from 'zod';
import type { ErrorCode } from '../kernel/errors.ts';

/** Who may call a route: anyone; any signed-in account, for what is its own; administrators. */
export type Who = 'anyone' | 'customer' | 'admin';

/** The contexts, each a service of its own in the microservices stack but images, which inventory mounts. */
export type Context = 'auth' | 'inventory' | 'images' | 'orders';

/** HTTP methods of the contract. */
export type Method = 'GET' | 'POST' | 'PUT';

/** The reply of a route that went well. Without `schema` the body is bytes of `mediaType`. */
export type Success = {
  readonly status: 200 | 201 | 202;
  readonly schema?: z.ZodType;
  readonly mediaType?: string;
  /** Header fields that are always there, with what they hold (lower-case names). */
  readonly headers?: Readonly<Record<string, string>>;
};

/** One row of the contract. */
export type Route = {
  /** The use case: the same file name under shared, microservices and serverless. */
  readonly name: string;
  readonly context: Context;
  readonly method: Method;
  /** Path with parameters as `{name}`. */
  readonly path: string;
  readonly who: Who;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Whether an Idempotency-Key is required. */
  readonly idempotencyKey?: true;
  /** Whether an If-Match is required. */
  readonly ifMatch?: true;
  readonly success: Success;
  /** The refusals that belong to this route, beyond those that follow from the fields above. */
  readonly refusals: readonly ErrorCode[];
};

/** All refusals of a route: its own, and those that follow from what it takes. */
export const refusalsOf = (route: Route): readonly ErrorCode[] => [
  ...new Set<ErrorCode>([
    ...(route.who === 'anyone' ? [] : (['unauthenticated'] as const)),
    ...(route.who === 'admin' ? (['forbidden'] as const) : []),
    ...(route.params ? (['not-found'] as const) : []),
    ...(route.params || route.query ? (['validation'] as const) : []),
    ...(route.body ? (['malformed', 'too-large', 'unsupported-media-type', 'validation'] as const) : []),
    ...(route.idempotencyKey
      ? (['idempotency-key-missing', 'idempotency-key-reuse', 'idempotency-in-progress'] as const)
      : []),
    ...(route.ifMatch ? (['precondition-required', 'precondition-failed'] as const) : []),
    ...route.refusals,
    'internal',
    'overloaded',
  ]),
];
