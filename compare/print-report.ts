import type { Difference } from './differ.ts';
import type { StepResult } from './run-journey.ts';

const MAX_LINE = 110;

const shorten = (text: string): string => (text.length > MAX_LINE ? `${text.slice(0, MAX_LINE - 1)}…` : text);

const json = (value: unknown): string => (value === undefined ? '(nothing)' : JSON.stringify(value));

/** A time in ms as people read it, e.g. `3.4 ms` or `128 ms`. */
export const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

const time = (ms: number): string => milliseconds(ms).padStart(9);

const differenceLines = ({ path, left, right }: Difference): string[] => [
  `      at ${path}`,
  `        microservices  ${shorten(json(left))}`,
  `        serverless     ${shorten(json(right))}`,
];

/** One step in plain text: the answers of both sides, both times, and the files that served it. */
export const stepLines = (
  { step, answers, differences, times, files }: StepResult,
  number: number,
): string => {
  const { microservices, serverless } = times;
  const head = `${String(number).padStart(2)}. ${step.title}`;
  const verdict = differences.length === 0 ? '= equal' : '≠ DIFFERENT';
  const said = (side: readonly { request: string; status: number; body: unknown }[]): string[] =>
    side.map(({ request, status, body }) => shorten(`${request}  ${status}  ${json(body)}`));
  const both = said(answers.microservices);
  const lines = [
    `${head.padEnd(46)}${verdict}`,
    `      microservices${time(microservices.cold)} cold${time(microservices.warm)} warm    serverless${time(serverless.cold)} cold${time(serverless.warm)} warm`,
  ];
  if (differences.length === 0) lines.push(...both.map((line) => `      both  ${line}`));
  else {
    lines.push(...both.map((line) => `      microservices  ${line}`));
    lines.push(...said(answers.serverless).map((line) => `      serverless     ${line}`));
    lines.push(...differences.flatMap(differenceLines));
  }
  for (const { shared, microservices: left, serverless: right } of files) {
    lines.push(`      ${[shared, left, right].filter(Boolean).join('  ')}`);
  }
  return lines.join('\n');
};

/** The last line: how many steps are equal. */
export const verdictOf = (results: readonly StepResult[]): string => {
  const different = results.filter(({ differences }) => differences.length > 0);
  if (different.length === 0) return `All ${results.length} steps were answered alike by both stacks.`;
  const names = different.map(({ step }) => step.title.toLowerCase()).join(', ');
  return `${different.length} of ${results.length} steps differ: ${names}.`;
};
