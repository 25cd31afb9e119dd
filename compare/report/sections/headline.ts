import type { ReportData } from '../../results/report-data.ts';
import { type Block, fold, heading, type Section, text } from '../blocks.ts';
import { many, span } from '../format.ts';
import { shapesOf, targetsOf } from '../select.ts';

/** Names in a sentence: `a`, `a and b`, `a, b and c`. */
export const enumerate = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The title: both styles where both were measured, else the targets' names. */
export const titleOf = (data: ReportData): string => {
  const targets = targetsOf(data);
  const has = (style: string) => targets.some((target) => target.style === style);
  if (has('microservices') && has('serverless')) return 'Microservices and serverless under the same load';
  return `${enumerate(targets.map(({ name }) => name)) || 'Nothing'} under load`;
};

/** How many runs can be trusted, in a sentence. */
export const trustOf = ({ runs }: ReportData): string => {
  const broken = runs.filter(({ broken }) => broken !== null).length;
  const refused = runs.filter((run) => run.refused).length - broken;
  const valid = runs.length - refused - broken;
  if (runs.length === 0) return 'No run was made.';
  const bad = [
    ...(refused > 0 ? [`${refused} ${refused === 1 ? 'was' : 'were'} refused by a gate`] : []),
    ...(broken > 0 ? [`${broken} did not run at all`] : []),
  ];
  const head =
    valid === runs.length
      ? `All ${many(valid, 'run')} valid`
      : `${valid} of ${many(runs.length, 'run')} valid`;
  if (bad.length === 0) return `${head}.`;
  return `${head}; ${bad.join(', ')}, and no summary contains ${refused + broken === 1 ? 'it' : 'them'}.`;
};

const said = (title: string, items: readonly string[], mark: 'yes' | 'no', nothing: string): Block[] => [
  heading(title),
  items.length > 0 ? { kind: 'list', items, mark } : text(nothing),
];

/** What was compared, what comes of it, and how far it can be trusted. */
export const headlineSection = (data: ReportData): Section => {
  const targets = targetsOf(data);
  const compared = targets.map(({ name, about, faithful }): [string, string] => [
    name,
    faithful ? about : `${about}; not faithful to its platform, so nothing is concluded from it`,
  ]);
  const plan = Object.entries(data.plan);
  return {
    id: 'conclusions',
    title: 'What came of it',
    blocks: [
      text(
        `${many(targets.length, 'target')} under ${many(shapesOf(data).length, 'shape')} of traffic, in ${span(data.tookSeconds)}. ${trustOf(data)}`,
      ),
      {
        kind: 'columns',
        columns: [
          said('These runs support', data.supports, 'yes', 'Nothing.'),
          said('They do not support', data.doesNotSupport, 'no', 'Nothing was named.'),
        ],
      },
      heading('What was compared'),
      { kind: 'facts', facts: compared },
      ...(plan.length > 0 ? [fold('How it was planned', [{ kind: 'facts', facts: plan }])] : []),
    ],
  };
};
