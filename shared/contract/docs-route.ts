import { PROBLEM_JSON } from '../kernel/problem.ts';
import { curlOf } from './curl.ts';
import { field, fieldsOf, nameOfRef, typeOf } from './docs-schema.ts';
import { type Html, html, nothing, prose } from './html.ts';
import type { JsonSchema, OpenApiDocument, OperationObject, ResponseObject } from './openapi-types.ts';

/** An operation with where it stands. */
export type Operation = {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
};

const WHO = { anyone: 'anyone', customer: 'signed in', admin: 'administrator' } as const;

/** Who may call an operation, as its security says. */
export const whoOf = ({ security: [needed] }: OperationObject): keyof typeof WHO => {
  if (!needed) return 'anyone';
  return Object.values(needed).flat().includes('admin') ? 'admin' : 'customer';
};

/** The path with its parameters set apart, and places where a narrow screen may break it. */
const pathMarkup = (path: string): Html =>
  html`${path
    .split(/(?=\/)/)
    .map((part) => (part.startsWith('/{') ? html`<wbr>/<var>${part.slice(1)}</var>` : html`<wbr>${part}`))}`;

const parameters = ({ parameters: all }: OperationObject): Html => {
  if (all.length === 0) return nothing;
  const places = { path: 'in the path', query: 'in the query', header: 'header field' } as const;
  const rows = all.map((parameter) =>
    field(
      parameter.name,
      html`${places[parameter.in]}, ${typeOf({ ...parameter.schema })}`,
      parameter.required,
      parameter.description,
    ),
  );
  return html`<h4>Parameters</h4><ul class="fields">${rows}</ul>`;
};

/** Longest answer, in lines, that is shown without being asked for. */
const SHORT_ANSWER = 12;

const answer = (reply: unknown): Html => {
  const text = JSON.stringify(reply, null, 2);
  const shown = html`<pre tabindex="0"><code>${text}</code></pre>`;
  return text.split('\n').length <= SHORT_ANSWER
    ? html`<h4>An answer</h4>${shown}`
    : html`<details><summary>An answer</summary>${shown}</details>`;
};

const resolve = (document: OpenApiDocument, schema: JsonSchema | undefined): JsonSchema | undefined =>
  schema?.$ref === undefined ? schema : document.components.schemas[nameOfRef(schema.$ref)];

const body = (document: OpenApiDocument, operation: OperationObject): Html => {
  const schema = resolve(document, operation.requestBody?.content['application/json']?.schema);
  return schema ? html`<h4>Body</h4>${fieldsOf(schema)}` : nothing;
};

const success = (status: string, response: ResponseObject): Html => {
  const [[mediaType, content] = ['', {}]] = Object.entries(response.content ?? {});
  const headers = Object.keys(response.headers ?? {}).filter((name) => name !== 'X-Request-Id');
  const what = content.schema ? typeOf(content.schema) : html`<code>${mediaType}</code>`;
  const names = headers.map((name, index) => html`${index === 0 ? '' : ', '}<code>${name}</code>`);
  return html`<li><b class="status ok">${status}</b> <span>${what}${headers.length > 0 ? html` with ${names}` : nothing}</span></li>`;
};

const refusals = (document: OpenApiDocument, status: string, ref: string): Html => {
  const examples = document.components.responses[nameOfRef(ref)]?.content?.[PROBLEM_JSON]?.examples ?? {};
  return html`${Object.keys(examples).map(
    (code) => html`<li><b class="status">${status}</b> <a href="#problem-${code}">${code}</a></li>`,
  )}`;
};

const replies = (document: OpenApiDocument, operation: OperationObject): Html => {
  const all = Object.entries(operation.responses);
  const good = all.map(([status, reply]) => ('$ref' in reply ? nothing : success(status, reply)));
  const bad = all.map(([status, reply]) =>
    '$ref' in reply ? refusals(document, status, reply.$ref) : nothing,
  );
  return html`<h4>Replies</h4><ul class="replies">${good}</ul><ul class="replies refusals">${bad}</ul>`;
};

const exampleReplyOf = (operation: OperationObject): unknown => {
  const response = Object.values(operation.responses)[0];
  return response && 'content' in response ? response.content?.['application/json']?.example : undefined;
};

/** Everything about one route: who, what goes in, what comes out, and how to try it. */
export const routeArticle = (document: OpenApiDocument, { method, path, operation }: Operation): Html => {
  const who = whoOf(operation);
  const reply = exampleReplyOf(operation);
  return html`
<article id="${operation.operationId}">
  <h3><a href="#${operation.operationId}"><b class="method ${method.toLowerCase()}">${method}</b> <span class="path">${pathMarkup(path)}</span></a> <span class="who ${who}">${WHO[who]}</span></h3>
  <p>${prose(operation.summary)}</p>
  <div class="columns">
    <div>${parameters(operation)}${body(document, operation)}${replies(document, operation)}</div>
    <div class="example">
      <h4>Try it</h4>
      <pre tabindex="0"><code>${curlOf(method, path, operation)}</code></pre>
      ${reply === undefined ? nothing : answer(reply)}
    </div>
  </div>
</article>`;
};
