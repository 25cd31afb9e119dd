import { docsPage } from '@duet/shared/contract/docs.ts';
import { openApiDocument } from '@duet/shared/contract/openapi.ts';
import type { Extra } from './app.ts';
import { send } from './json.ts';

/** GET /openapi.json and GET /docs: the same documents from every service, each made at its first request. */
export const documents = (): Extra[] => [
  document('/openapi.json', 'application/json; charset=utf-8', () => JSON.stringify(openApiDocument())),
  document('/docs', 'text/html; charset=utf-8', docsPage),
];

const document = (path: string, mediaType: string, make: () => string): Extra => {
  let text: string | undefined;
  return {
    method: 'GET',
    path,
    handler: async (_req, res) => {
      text ??= make();
      send(res, 200, text, { 'content-type': mediaType, 'cache-control': 'public, max-age=300' });
    },
  };
};
