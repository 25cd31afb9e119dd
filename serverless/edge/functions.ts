/** The functions that belong to the API itself. */
import { docsPage } from '@duet/shared/contract/docs.ts';
import { openApiDocument } from '@duet/shared/contract/openapi.ts';
import { allRoutes } from '@duet/shared/contract/routes.ts';
import { document, documentRows } from './documents.ts';
import { httpFunction } from './http-function.ts';
import { notFound as notFoundHandler } from './not-found.ts';

/** GET /openapi.json */
export const getOpenapi = /* @__PURE__ */ httpFunction('getOpenapi', undefined, async () => ({
  handler: document('application/json; charset=utf-8', () => JSON.stringify(openApiDocument())),
}));

/** GET /docs */
export const getDocs = /* @__PURE__ */ httpFunction('getDocs', undefined, async () => ({
  handler: document('text/html; charset=utf-8', docsPage),
}));

/** Every other method and path. */
export const notFound = /* @__PURE__ */ httpFunction('notFound', undefined, async () => ({
  handler: notFoundHandler([...allRoutes, ...documentRows]),
}));
