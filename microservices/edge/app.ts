import { type Matchable, refuseUnrouted } from '@duet/shared/contract/match-path.ts';
import type { Route } from '@duet/shared/contract/route.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import express, { type Express, type Request } from 'express';
import type { Authenticate } from './authenticate.ts';
import { hasBody, readBody } from './body.ts';
import type { HttpHandler, Reply } from './json.ts';
import { makeProblemHandler } from './problem.ts';

/** A route of the contract with what serves it. */
export type Served = { readonly route: Route; readonly handler: HttpHandler };

/** A path outside of the contract, which reads its body and checks its caller itself. */
export type Extra = Matchable & { readonly handler: HttpHandler };

/** What an app is made of. */
export type AppOptions = {
  readonly served: readonly Served[];
  readonly extras: readonly Extra[];
  readonly authenticate: Authenticate;
  /** How many proxies' X-Forwarded-For entries are believed. */
  readonly trustProxy: number;
  readonly log: Log;
};

/**
 * Makes the Express app of a service: its rows of the contract, a problem for everything else. Express's own answers
 * (HEAD, OPTIONS, 404, error pages, ETags, X-Powered-By) are all off, for the contract has its own.
 */
export const makeApp = (options: AppOptions): Express => {
  const { served, extras, authenticate, log } = options;
  const app = express();
  for (const feature of ['x-powered-by', 'etag']) app.disable(feature);
  for (const feature of ['case sensitive routing', 'strict routing']) app.enable(feature);
  app.set('trust proxy', options.trustProxy);

  const rows: Matchable[] = [...served.map(({ route }) => route), ...extras];
  app.use((req, _res, next) => {
    if (req.url.includes('%')) requireDecodable(req.url);
    if (req.method === 'HEAD' || req.method === 'OPTIONS') throw refuseUnrouted(rows, req.path);
    next();
  });
  for (const { route, handler } of served) {
    on(app, route, async (req, res) => {
      await authenticate(route, req);
      if (hasBody(req)) await readBody(req);
      return handler(req, res);
    });
  }
  for (const { handler, ...row } of extras) on(app, row, handler);
  app.use((req) => {
    throw refuseUnrouted(rows, req.path);
  });
  app.use(makeProblemHandler(log));
  return app;
};

const on = (app: Express, row: Matchable, handler: HttpHandler): void => {
  const path = row.path.replaceAll(/\{(\w+)\}/g, ':$1');
  const method = row.method.toLowerCase() as 'get' | 'post' | 'put';
  app[method](path, (req: Request, res: Reply) => handler(req, res));
};

const requireDecodable = (url: string): void => {
  try {
    decodeURIComponent(url);
  } catch {
    throw new DomainError('malformed', { detail: 'The path is not properly encoded.' });
  }
};
