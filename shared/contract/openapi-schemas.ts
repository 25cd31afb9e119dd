import * as z from 'zod';
import { Email, LogInInput, RefreshInput, RegisterInput, RegisterReply, Tokens } from '../auth/schema.ts';
import { PhotoView, RequestUploadInput, UploadForm, UploadReply } from '../images/schema.ts';
import {
  CreateProductInput,
  ProductPage,
  ProductView,
  SetStockInput,
  UpdateProductInput,
} from '../inventory/schema.ts';
import { Id } from '../kernel/ids.ts';
import { Jwks } from '../kernel/jwks.ts';
import { PageQuery } from '../kernel/page.ts';
import { OrderPage, OrderView, PlaceOrderInput } from '../orders/schema.ts';
import type { JsonSchema } from './openapi-types.ts';
import { ProblemBody } from './problem-body.ts';
import { fieldNotes } from './schema-notes.ts';

/** Bodies of requests by their name in the document. */
const inputs = {
  RegisterInput,
  LogInInput,
  RefreshInput,
  CreateProductInput,
  UpdateProductInput,
  SetStockInput,
  RequestUploadInput,
  PlaceOrderInput,
};

/** Bodies of replies by their name in the document. */
const outputs = {
  RegisterReply,
  Tokens,
  Jwks,
  ProductView,
  ProductPage,
  PhotoView,
  UploadForm,
  UploadReply,
  OrderView,
  OrderPage,
  Problem: ProblemBody,
};

const names = new Map<z.ZodType, string>(
  Object.entries({ ...inputs, ...outputs }).map(([name, schema]) => [schema, name]),
);

/** What zod's own translation loses, or says less plainly than a reader wants. */
const plainer = new Map<unknown, JsonSchema>([
  [Id, { type: 'string', format: 'uuid' }],
  [Email, { type: 'string', format: 'email', minLength: 3, maxLength: 254 }],
  [PageQuery.shape.limit, { type: 'integer', minimum: 1, maximum: 100, default: 20 }],
  [PageQuery.shape.cursor, { type: 'string', minLength: 48, maxLength: 48, pattern: '^[A-Za-z0-9_-]{48}$' }],
]);

type Writable = Record<string, unknown>;

const replaceBy = (target: Writable, source: JsonSchema): void => {
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, source);
};

const override = ({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: object }): void => {
  const json = jsonSchema as Writable;
  const plain = plainer.get(zodSchema);
  if (plain) replaceBy(json, plain);
  if (json['format'] === 'date-time') delete json['pattern'];
  if (json['maximum'] === Number.MAX_SAFE_INTEGER) delete json['maximum'];
  if (json['minimum'] === Number.MIN_SAFE_INTEGER) delete json['minimum'];
};

const noteFields = (schema: JsonSchema, notes: Readonly<Record<string, string>>, at = ''): JsonSchema => ({
  ...schema,
  ...(notes[at] !== undefined && { description: notes[at] }),
  ...(schema.properties && {
    properties: Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [
        name,
        noteFields(property, notes, at === '' ? name : `${at}.${name}`),
      ]),
    ),
  }),
  ...(schema.items && { items: noteFields(schema.items, notes, `${at}[]`) }),
});

const translate = (named: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output') => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    metadata: registry,
    override,
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, id: _name, ...schema }]) => {
    const json = schema as JsonSchema;
    return [name, noteFields(json, fieldNotes[name] ?? {})] as const;
  });
};

/** Every named schema of the document, from the zod schemas that validate the traffic. */
export const componentSchemas = (): Record<string, JsonSchema> =>
  Object.fromEntries([...translate(inputs, 'input'), ...translate(outputs, 'output')]);

/**
 * A reference to a named schema.
 *
 * @throws Error when the contract uses a schema that has no name here: the document would be incomplete
 */
export const refOf = (schema: z.ZodType): JsonSchema => {
  const name = names.get(schema);
  if (name === undefined) throw new Error('a schema of the contract has no name in openapi-schemas.ts');
  return { $ref: `#/components/schemas/${name}` };
};

/** Translates the parameters of a route, which stand in the document where they are used. */
export const propertiesOf = (
  schema: z.ZodType,
): { name: string; required: boolean; schema: JsonSchema }[] => {
  const json = z.toJSONSchema(schema, { io: 'input', override }) as JsonSchema;
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    required: json.required?.includes(name) ?? false,
    schema: property,
  }));
};
