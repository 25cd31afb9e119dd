import type { ReportData } from '../results/report-data.ts';
import type { LoadResult, RunRecord, TargetInfo } from '../results/run-record.ts';

/** A run that counts: it has load, and no gate refused it. */
export type ValidRun = RunRecord & { readonly load: LoadResult };

const isValid = (run: RunRecord): run is ValidRun => !run.refused && run.load !== null;

const KINDS: readonly TargetInfo['kind'][] = ['embedded', 'compose', 'offline', 'url'];
const STYLES: readonly TargetInfo['style'][] = ['microservices', 'serverless', null];
const STORES: readonly TargetInfo['store'][] = ['postgres', 'dynamodb', null];

/** The targets of a report: embedded ones first, one style after the other, always in the same order. */
export const targetsOf = ({ runs }: ReportData): TargetInfo[] => {
  const infos = new Map(runs.map(({ target }) => [target.name, target]));
  const rank = ({ kind, style, store }: TargetInfo): number =>
    100 * KINDS.indexOf(kind) + 10 * STYLES.indexOf(style) + STORES.indexOf(store);
  return [...infos.values()].toSorted((a, b) => rank(a) - rank(b));
};

/** The shapes of a report in the order in which its runs name them. */
export const shapesOf = ({ runs, summaries }: ReportData): string[] => [
  ...new Set([...summaries, ...runs].map(({ shape }) => shape)),
];

/** The valid runs of a target under a shape. */
export const validRuns = ({ runs }: ReportData, shape: string, target: string): ValidRun[] =>
  runs.filter((run) => run.shape === shape && run.target.name === target).filter(isValid);

/** The middle of some numbers; undefined of none. */
export const median = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [left, right] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]];
  return left === undefined || right === undefined ? undefined : (left + right) / 2;
};

/**
 * The run that stands for its repetitions where seconds are shown: the one whose 99th percentile is the median of theirs, of two
 * the lower. One real run, because a median over repetitions, second by second, would blur what happens together.
 */
export const typicalRun = (runs: readonly ValidRun[]): ValidRun | undefined =>
  runs.toSorted((a, b) => a.load.latency.p99 - b.load.latency.p99)[Math.floor((runs.length - 1) / 2)];
