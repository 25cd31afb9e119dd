import { type Files, readSource } from './files.ts';
import { reportStyle } from './html-style.ts';
import type { Answer } from './normalise.ts';
import type { Side } from './options.ts';
import { milliseconds, verdictOf } from './print-report.ts';
import type { StepResult } from './run-journey.ts';

/** Everything that the reports show. */
export type Report = {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly stacks: readonly { readonly side: Side; readonly about: string }[];
  readonly repeats: number;
  readonly steps: readonly StepResult[];
};

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const pretty = (value: unknown): string =>
  escapeHtml(value === undefined ? '(nothing)' : JSON.stringify(value, null, 2));

const answerText = ({ request, status, headers, body }: Answer): string =>
  escapeHtml(
    [
      `${request}  →  ${status}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(body === null ? [] : ['', JSON.stringify(body, null, 2)]),
    ].join('\n'),
  );

const block = (answers: readonly Answer[], kind = ''): string =>
  answers.map((answer) => `<figure><pre class="${kind}">${answerText(answer)}</pre></figure>`).join('');

const code = (path: string | undefined, side: string, kind: string): string =>
  path === undefined
    ? `<figure><figcaption><b>${side}</b>: no file of its own</figcaption></figure>`
    : `<figure><figcaption><b>${side}</b> ${path}</figcaption><pre class="${kind}">${escapeHtml(readSource(path))}</pre></figure>`;

const useCase = ({
  useCase: name,
  shared,
  microservices,
  serverless,
}: Files): string => `<details><summary>${name}</summary>
<div class="pair">${code(microservices, 'microservices', 'left')}${code(serverless, 'serverless', 'right')}</div>
${shared === undefined ? '' : code(shared, 'shared by both', '')}</details>`;

const mark = (step: StepResult): string => (step.differences.length === 0 ? '= equal' : '≠ different');

const row = (result: StepResult, number: number): string => {
  const { microservices, serverless } = result.times;
  const times = [microservices.cold, serverless.cold, microservices.warm, serverless.warm];
  const cells = times.map((ms) => `<td>${milliseconds(ms).replace(' ms', '')}</td>`).join('');
  return `<tr><td><a href="#${result.step.id}">${number}. ${result.step.title}</a></td><td>${mark(result).replace(/ (\w+)$/, ' <span>$1</span>')}</td>${cells}</tr>`;
};

const section = (result: StepResult, number: number): string => {
  const { step, answers, differences, files } = result;
  const lists = differences.map(
    ({ path, left, right }) => `<h3 class="path">${escapeHtml(path)}</h3><div class="pair">
<figure><figcaption><b>microservices</b></figcaption><pre class="left">${pretty(left)}</pre></figure>
<figure><figcaption><b>serverless</b></figcaption><pre class="right">${pretty(right)}</pre></figure></div>`,
  );
  const said =
    differences.length === 0
      ? `<h3>Both answered</h3>${block(answers.microservices)}`
      : `<div class="different"><p><b>The answers differ.</b></p>${lists.join('')}</div>
<div class="pair"><div><h3>microservices answered</h3>${block(answers.microservices, 'left')}</div>
<div><h3>serverless answered</h3>${block(answers.serverless, 'right')}</div></div>`;
  return `<section id="${step.id}"><div class="head"><h2>${number}. ${step.title}</h2><span class="mark">${mark(result)}</span></div>
<p class="soft">${escapeHtml(step.says)}</p>${said}<h3>The code that served it</h3>${files.map(useCase).join('')}</section>`;
};

/** Opens what is folded before it is printed, and folds it again; the page works without. */
const SCRIPT = `addEventListener('beforeprint',()=>{for(const d of document.querySelectorAll('details:not([open])')){d.open=true;d.dataset.p=1}});
addEventListener('afterprint',()=>{for(const d of document.querySelectorAll('details[data-p]')){d.open=false;delete d.dataset.p}});`;

/** The report as one HTML page that needs nothing else. */
export const htmlReport = (report: Report): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>One journey, two stacks</title><style>${reportStyle}</style></head><body><main>
<h1>One journey, two stacks</h1>
<p class="soft">${report.stacks.map(({ side, about }) => `<b>${side}</b> ${escapeHtml(about)}`).join('; ')}. Walked at ${report.at.replace('T', ' ').slice(0, 16)} UTC.</p>
<p class="verdict">${escapeHtml(verdictOf(report.steps))}</p>
<div class="scroll"><table><thead><tr><th scope="col">Step, times in ms</th><th scope="col">Same</th><th scope="col">micro&shy;services, cold</th><th scope="col">server&shy;less, cold</th>
<th scope="col">micro&shy;services, warm</th><th scope="col">server&shy;less, warm</th></tr></thead>
<tbody>${report.steps.map((step, index) => row(step, index + 1)).join('')}</tbody></table></div>
<p class="soft">Cold: the first time that the step ran in this comparison. Warm: the median of ${report.repeats} more. Times are those that a client on the same machine
saw, with both stacks idle otherwise; the functions run on an emulator, so their times are not those of AWS.</p>
${report.steps.map((step, index) => section(step, index + 1)).join('\n')}
</main><script>${SCRIPT}</script></body></html>
`;
