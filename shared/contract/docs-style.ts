/** The style of the documentation page. Colours meet WCAG AA on their grounds in both schemes. */
export const docsStyle = `
:root {
  --ground: #fcfbf9; --raised: #fff; --sunk: #f3f1ec; --ink: #1f1d24; --soft: #5c5866; --line: #e2ded6;
  --link: #4338ca; --get: #0f766e; --post: #4338ca; --put: #9a5b00; --ok: #15703c; --admin: #a02c48;
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16151a; --raised: #1e1c23; --sunk: #100f13; --ink: #eceaf1; --soft: #a5a0b1; --line: #34313c;
    --link: #a8a4ff; --get: #4fd1bd; --post: #a8a4ff; --put: #f0b45c; --ok: #63d08f; --admin: #ff9db1;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink); line-height: 1.55;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
a { color: var(--link); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: .25rem; }
code, pre, var, .path, .method { font-family: var(--mono); font-style: normal; }
code { font-size: .875em; overflow-wrap: anywhere; }
p { margin: .5rem 0; max-width: 44rem; }
h1 { font-size: 2.5rem; line-height: 1.1; letter-spacing: -.02em; margin: 0; }
h2 { font-size: 1.5rem; letter-spacing: -.01em; margin: 0 0 .25rem; }
h3 { margin: 0 0 .5rem; }
h4 { margin: 1.25rem 0 .4rem; font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; background: var(--raised); padding: .5rem 1rem; }
main { padding: 2rem 1.25rem 4rem; max-width: 78rem; margin: 0 auto; }
.summary { font-size: 1.25rem; color: var(--soft); margin: .25rem 0 1rem; }
section { margin-top: 3.5rem; }
article { border-top: 1px solid var(--line); padding: 1.75rem 0; }
article:target, tr:target { box-shadow: -1.25rem 0 0 -1rem var(--link); }

nav { padding: .75rem 1.25rem; font-size: .875rem; border-bottom: 1px solid var(--line); background: var(--raised); }
nav h2 { font-size: .8125rem; margin: 1rem 0 .25rem; }
nav h2 a, nav a { color: inherit; text-decoration: none; }
nav a:hover { color: var(--link); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: flex; gap: .5rem; padding: .2rem 0; align-items: baseline; color: var(--soft); }
nav li span { font-family: var(--mono); font-size: .75rem; overflow-wrap: anywhere; }
nav .method { min-width: 2.6rem; font-size: .625rem; padding: 0; background: none; }

h3 { font-size: 1.0625rem; display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; }
h3 a { color: inherit; text-decoration: none; display: inline-flex; gap: .6rem; align-items: baseline; }
h3 a:hover .path { text-decoration: underline; }
.path { font-weight: 600; overflow-wrap: anywhere; }
var { color: var(--soft); }
.method { font-size: .75rem; letter-spacing: .04em; padding: .15rem .45rem; border-radius: .3rem; }
.get { color: var(--get); background: color-mix(in srgb, var(--get) 13%, transparent); }
.post { color: var(--post); background: color-mix(in srgb, var(--post) 12%, transparent); }
.put { color: var(--put); background: color-mix(in srgb, var(--put) 14%, transparent); }
.who { font-size: .75rem; font-weight: 500; border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .6rem; color: var(--soft); }
.who.admin { color: var(--admin); border-color: currentColor; }
.who.customer { color: var(--link); border-color: currentColor; }

.fields, .replies { list-style: none; margin: 0; padding: 0; font-size: .875rem; }
.fields li { padding: .45rem 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: minmax(9rem, 2fr) 5fr; gap: .15rem 1rem; }
.fields li:first-child { border-top: 0; }
.type { color: var(--soft); }
.note { display: block; }
.optional { font-size: .6875rem; color: var(--soft); white-space: nowrap; }
.replies li { display: flex; gap: .75rem; padding: .2rem 0; }
.refusals { display: flex; flex-wrap: wrap; gap: 0 1.1rem; }
.refusals li { gap: .4rem; white-space: nowrap; }
.status { font-family: var(--mono); font-size: .8125rem; color: var(--soft); }
.status.ok { color: var(--ok); }
pre { margin: 0 0 .75rem; padding: .85rem 1rem; background: var(--sunk); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto; font-size: .8125rem; line-height: 1.5; }
pre code { font-size: 1em; overflow-wrap: inherit; }
details > summary { cursor: pointer; font-size: .875rem; color: var(--soft); padding: .25rem 0; }
.example pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.example details pre { max-height: 24rem; overflow-y: auto; }
.steps { padding-left: 1.25rem; max-width: 44rem; }
.steps li { margin: .6rem 0; }
.steps pre { margin: .35rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; margin-top: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .6rem .75rem .6rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border: 0; font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
th[scope=row] { white-space: nowrap; }
.title { font-weight: 600; }
.shape { padding: 1rem 0; }

@media (min-width: 68rem) {
  body { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem 2rem 1.5rem; border-right: 1px solid var(--line); border-bottom: 0; }
  main { padding: 3rem 3rem 6rem; margin: 0; }
  .columns > div > h4:first-child { margin-top: .5rem; }
  .columns { display: grid; grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); gap: 2.5rem; }
  .example { position: sticky; top: 1rem; align-self: start; }
}
@media (max-width: 67.99rem) {
  nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
  nav h2 { margin: 0; padding: .35rem 0; }
  nav ul { display: none; }
}
@media (max-width: 40rem) {
  h1 { font-size: 2rem; }
  .fields li { grid-template-columns: 1fr; }
  thead { position: absolute; left: -100rem; }
  tr { display: grid; grid-template-columns: auto 1fr; column-gap: .75rem; padding: .5rem 0; border-top: 1px solid var(--line); }
  th, td { border: 0; padding: .1rem 0; }
  td:last-child { grid-column: 1 / -1; }
}
@media print {
  :root { --ground: #fff; --raised: #fff; --sunk: #fff; --ink: #000; --soft: #444; --line: #bbb; --link: #000; }
  nav, .skip { display: none; }
  body { display: block; font-size: 9.5pt; }
  main { padding: 0; max-width: none; }
  section { margin-top: 1.5rem; }
  article { break-inside: avoid; padding: .75rem 0; }
  .columns { display: block; }
  .example { position: static; }
  pre { white-space: pre-wrap; }
}
`;
