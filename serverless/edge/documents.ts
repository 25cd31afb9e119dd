import type { HttpHandler } from './json.ts';
import { send } from './json.ts';

/** GET /openapi.json and GET /docs: each made at its first request. `make` gives the text. */
export const document = (mediaType: string, make: () => string): HttpHandler => {
  let text: string | undefined;
  return async () => {
    text ??= make();
    return send(200, text, { 'content-type': mediaType, 'cache-control': 'public, max-age=300' });
  };
};

/** The documents' rows: they are not of the contract, but a wrong method on them is 405 too. */
export const documentRows = [
  { method: 'GET', path: '/openapi.json' },
  { method: 'GET', path: '/docs' },
] as const;
