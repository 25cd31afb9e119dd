import { PROBLEMS } from '../kernel/problem.ts';
import { type Operation, routeArticle } from './docs-route.ts';
import { fieldsOf } from './docs-schema.ts';
import { docsStyle } from './docs-style.ts';
import { type Html, html, nothing, prose } from './html.ts';
import { openApiDocument } from './openapi.ts';
import type { OpenApiDocument } from './openapi-types.ts';
import { errorCodes } from './problem-body.ts';
import { problemNotes } from './problem-notes.ts';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='12' cy='16' r='9' fill='%230f766e'/%3E%3Ccircle cx='20' cy='16' r='9' fill='%234f46e5' fill-opacity='.8'/%3E%3C/svg%3E";

const operationsOf = (document: OpenApiDocument): Operation[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** A path that a narrow column may break before each slash. */
const breakable = (path: string): Html => html`${path.split(/(?=\/)/).map((part) => html`<wbr>${part}`)}`;

const navigation = (document: OpenApiDocument, operations: readonly Operation[]): Html => html`
<nav aria-label="Contents">
  <h2><a href="#start">Start here</a></h2>
  ${document.tags.map(
    (tag) => html`
  <h2><a href="#${tag.name}">${title(tag.name)}</a></h2>
  <ul>${operations
    .filter(({ operation }) => operation.tags.includes(tag.name))
    .map(
      ({ method, path, operation }) =>
        html`<li><a href="#${operation.operationId}"><b class="method ${method.toLowerCase()}">${method}</b> <span>${breakable(path)}</span></a></li>`,
    )}</ul>`,
  )}
  <h2><a href="#problems">Problems</a></h2>
  <h2><a href="#shapes">Shapes</a></h2>
</nav>`;

const start = html`
<section id="start">
  <h2>Start here</h2>
  <ol class="steps">
    <li>Name the server. The serverless stack has one for everything; the microservices have one for auth, one for inventory with images and one for orders. <pre tabindex="0"><code>DUET=http://127.0.0.1:4000</code></pre></li>
    <li><a href="#registerAccount">Register</a>, <a href="#logIn">log in</a>, and keep the access token. <pre tabindex="0"><code>TOKEN=eyJhbGciOi…</code></pre></li>
    <li><a href="#placeOrder">Place an order</a> with an <code>Idempotency-Key</code> of your own. A second request with the same key is answered with the first one's reply, so a request that may have been lost can be sent again.</li>
    <li><a href="#getOrder">Read the order</a> until it is <code>CONFIRMED</code> or <code>REJECTED</code>.</li>
  </ol>
</section>`;

const problems = html`
<section id="problems">
  <h2>Problems</h2>
  <p>Every refusal is <code>application/problem+json</code> (RFC 9457). Decide by its <code>type</code>, which is <code>urn:problem-type:duet:</code> and one of these names.</p>
  <table>
    <thead><tr><th scope="col">Status</th><th scope="col">Type</th><th scope="col">When</th></tr></thead>
    <tbody>${errorCodes.map(
      (code) => html`
      <tr id="problem-${code}"><td><b class="status">${PROBLEMS[code].status}</b></td><th scope="row"><code>${code}</code></th><td><span class="title">${PROBLEMS[code].title}.</span> ${prose(problemNotes[code])}</td></tr>`,
    )}
    </tbody>
  </table>
</section>`;

const shapes = (document: OpenApiDocument): Html => html`
<section id="shapes">
  <h2>Shapes</h2>
  <p>What the bodies hold. Properties that are not listed here do not come, and are refused when they are sent.</p>
  ${Object.entries(document.components.schemas).map(
    ([name, schema]) => html`
  <article id="${name}" class="shape"><h3><a href="#${name}">${name}</a></h3>${schema.description === undefined ? nothing : html`<p>${prose(schema.description)}</p>`}${fieldsOf(schema)}</article>`,
  )}
</section>`;

/**
 * The OpenAPI document as a page for people: one HTML file that needs nothing else, with no script and no request to
 * anywhere, for a desk, a phone and paper, in light and in dark.
 */
export const docsPage = (): string => {
  const document = openApiDocument();
  const operations = operationsOf(document);
  const { info, tags } = document;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${info.title}: the API</title>
<link rel="icon" href="${ICON}">
<style>${{ markup: docsStyle }}</style>
</head>
<body>
<a class="skip" href="#start">Skip to the content</a>
${navigation(document, operations)}
<main>
  <header>
    <h1>${info.title}</h1>
    <p class="summary">${info.summary}</p>
    ${info.description.split('\n\n').map((paragraph) => html`<p>${prose(paragraph)}</p>`)}
    <p>The same for programs: <a href="/openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p>
  </header>
  ${start}
  ${tags.map(
    (tag) => html`
  <section id="${tag.name}">
    <h2>${title(tag.name)}</h2>
    <p>${tag.description}</p>
    ${operations.filter(({ operation }) => operation.tags.includes(tag.name)).map((operation) => routeArticle(document, operation))}
  </section>`,
  )}
  ${problems}
  ${shapes(document)}
</main>
</body>
</html>
`.markup;
};
