import type { FunctionSpec } from './template-functions.ts';
import { isRecord } from './template-intrinsics.ts';

/** The CORS configuration of the HTTP API; `maxAge` in seconds. */
export type CorsSpec = {
  readonly allowedOrigins: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge?: number;
};

/** What the framework allows unless told otherwise. */
const USUAL_HEADERS = [
  ...['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key'],
  ...['X-Amz-Security-Token', 'X-Amz-User-Agent', 'X-Amzn-Trace-Id'],
];
const EVERY_METHOD = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

const texts = (value: unknown): string[] | undefined =>
  value === undefined ? undefined : [value].flat().map(String);

/** The methods of the routes: what the framework fills in. */
const methodsOf = (functions: readonly FunctionSpec[]): string[] => {
  const methods = functions.flatMap(({ httpApi }) =>
    httpApi.flatMap(({ method }) => (method === '*' || method === 'ANY' ? EVERY_METHOD : [method])),
  );
  return [...new Set(['OPTIONS', ...methods])];
};

/** Reads `provider.httpApi.cors`, which is `true` or an object, and fills in the framework's defaults. */
export const readCors = (value: unknown, functions: readonly FunctionSpec[]): CorsSpec | undefined => {
  if (value !== true && !isRecord(value)) return undefined;
  const cors = isRecord(value) ? value : {};
  return {
    allowedOrigins: texts(cors['allowedOrigins']) ?? ['*'],
    allowedHeaders: texts(cors['allowedHeaders']) ?? USUAL_HEADERS,
    allowedMethods: texts(cors['allowedMethods']) ?? methodsOf(functions),
    exposedHeaders: texts(cors['exposedResponseHeaders']) ?? [],
    allowCredentials: cors['allowCredentials'] === true,
    ...(cors['maxAge'] === undefined ? {} : { maxAge: Number(cors['maxAge']) }),
  };
};
