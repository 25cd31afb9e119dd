import { exampleIds } from './examples.ts';
import { propertiesOf } from './openapi-schemas.ts';
import type { ParameterObject } from './openapi-types.ts';
import type { Route } from './route.ts';

const idempotencyKey: ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'Makes a repeated request the same one: use a new key for each intent, and the same to try it again.',
  schema: { type: 'string', pattern: '^(?:[A-Za-z0-9_-]{8,64}|"[A-Za-z0-9_-]{8,64}")$' },
  example: 'order-2026-10-18-0001',
};

const ifMatch: ParameterObject = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The ETag that was read: the edit is refused when the product has changed since.',
  schema: { type: 'string' },
  example: '"3"',
};

const notes: Readonly<Record<string, { description: string; example?: string }>> = {
  limit: { description: 'Most items of the page.' },
  cursor: { description: 'The `nextCursor` of the page before; absent for the first page.' },
  imageId: { description: 'The id of the photo.', example: exampleIds.photo },
  variant: { description: 'The size: its nominal width in pixels.', example: '320.webp' },
};

const noteOf = (route: Route, name: string): { description: string; example?: string } => {
  const [kind, example] =
    route.context === 'orders' ? ['order', exampleIds.order] : ['product', exampleIds.product];
  return notes[name] ?? { description: `The id of the ${kind}.`, example };
};

/** The path, query and header parameters of a route. */
export const parametersOf = (route: Route): ParameterObject[] => {
  const inPath = route.params ? propertiesOf(route.params) : [];
  const inQuery = route.query ? propertiesOf(route.query) : [];
  return [
    ...inPath.map((property) => ({ ...property, ...noteOf(route, property.name), in: 'path' as const })),
    ...inQuery.map((property) => ({ ...property, ...noteOf(route, property.name), in: 'query' as const })),
    ...(route.idempotencyKey ? [idempotencyKey] : []),
    ...(route.ifMatch ? [ifMatch] : []),
  ];
};
