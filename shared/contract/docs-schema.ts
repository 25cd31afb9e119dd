import { type Html, html, nothing, prose } from './html.ts';
import type { JsonSchema } from './openapi-types.ts';

const number = (value: number): string => value.toLocaleString('en-GB');

/** A range in words, e.g. `1 to 20 lines`; empty when there is no bound. */
const range = (min: number | undefined, max: number | undefined, unit: string): string => {
  const of = unit === '' ? '' : ` ${unit}`;
  if (min !== undefined && max !== undefined) {
    return min === max ? `${number(min)}${of}` : `${number(min)} to ${number(max)}${of}`;
  }
  if (max !== undefined) return `at most ${number(max)}${of}`;
  return min === undefined || (min === 0 && unit !== '') ? '' : `at least ${number(min)}${of}`;
};

/** The name of a referenced schema. */
export const nameOfRef = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

const isNull = (schema: JsonSchema): boolean => schema.type === 'null';

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'UUID',
  email: 'e-mail address',
  'date-time': 'time',
};

const typeOfString = (schema: JsonSchema): Html => {
  if (schema.const !== undefined) return html`always <code>${String(schema.const)}</code>`;
  if (schema.enum) {
    const values = schema.enum.map(
      (value, index) => html`${index === 0 ? '' : ', '}<code>${String(value)}</code>`,
    );
    return html`one of ${values}`;
  }
  const bounds = schema.format === 'uuid' ? '' : range(schema.minLength, schema.maxLength, 'characters');
  return html`${FORMATS[schema.format ?? ''] ?? 'text'}${bounds === '' ? '' : `, ${bounds}`}`;
};

/** The type of a field in words, with its bounds. */
export const typeOf = (schema: JsonSchema): Html => {
  if (schema.$ref !== undefined) {
    const name = nameOfRef(schema.$ref);
    return html`<a href="#${name}">${name}</a>`;
  }
  if (schema.anyOf) {
    const types = schema.anyOf.filter((option) => !isNull(option)).map((option) => typeOf(option));
    return schema.anyOf.some(isNull) ? html`${types}, or null` : html`${types}`;
  }
  if (Array.isArray(schema.type)) {
    const [type] = (schema.type as string[]).filter((name) => name !== 'null');
    return html`${typeOf({ ...schema, type: type ?? 'null' })}, or null`;
  }
  if (schema.type === 'array') {
    const bounds = range(schema.minItems, schema.maxItems, '');
    const of = schema.items?.$ref === undefined ? nothing : html` of ${typeOf(schema.items)}`;
    return html`list${of}${bounds === '' ? '' : `, ${bounds}`}`;
  }
  if (schema.type === 'object') return html`${schema.properties ? 'object' : 'object of text by name'}`;
  if (schema.type === 'integer') {
    const bounds = range(schema.minimum, schema.maximum, '');
    const otherwise = schema.default === undefined ? '' : `, ${String(schema.default)} if absent`;
    return html`integer${bounds === '' ? '' : `, ${bounds}`}${otherwise}`;
  }
  return typeOfString(schema);
};

/** One line of a list of fields. */
export const field = (
  name: string,
  type: Html,
  required: boolean,
  description: string | undefined,
): Html => html`
<li>
  <span class="name"><code>${name}</code>${required ? nothing : html` <span class="optional">optional</span>`}</span>
  <span class="about"><span class="type">${type}</span>${description === undefined ? nothing : html` <span class="note">${prose(description)}</span>`}</span>
</li>`;

const rowsOf = (schema: JsonSchema, at: string): Html[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = at === '' ? name : `${at}.${name}`;
    const required = schema.required?.includes(name) ?? false;
    const nested = property.type === 'array' ? property.items : property;
    return [
      field(path, typeOf(property), required, property.description),
      ...(nested?.properties ? rowsOf(nested, property.type === 'array' ? `${path}[]` : path) : []),
    ];
  });

/** The fields of a schema, those of nested objects under their path. */
export const fieldsOf = (schema: JsonSchema): Html => html`<ul class="fields">${rowsOf(schema, '')}</ul>`;
