import type { Effects } from '../results/report-data.ts';
import type { TargetInfo } from '../results/run-record.ts';
import type { Blocks, Row } from './by-block.ts';
import { METRIC_NAMES } from './metrics.ts';
import type { Statistics } from './statistics.ts';

/** In this order the rows are read. */
const CELLS = [
  { style: 'microservices', store: 'postgres' },
  { style: 'microservices', store: 'dynamodb' },
  { style: 'serverless', store: 'postgres' },
  { style: 'serverless', store: 'dynamodb' },
] as const;

/** Serverless minus microservices, the mean of both stores. */
const styleOf = ([mp = 0, md = 0, sp = 0, sd = 0]: Row): number => (sp - mp + (sd - md)) / 2;
/** DynamoDB minus PostgreSQL, the mean of both styles. */
const storeOf = ([mp = 0, md = 0, sp = 0, sd = 0]: Row): number => (md - mp + (sd - sp)) / 2;
/** How much more the step to serverless adds on DynamoDB than on PostgreSQL. */
const interactionOf = ([mp = 0, md = 0, sp = 0, sd = 0]: Row): number => sd - md - (sp - mp);

/**
 * The 2 x 2 of style and store under a shape: a full factorial of two factors, analysed within blocks. Only the embedded
 * stacks are the same but for style and store. Nothing when a cell is missing; a metric only with blocks in which all four
 * cells have it.
 */
export const effectsOf = (
  blocks: Blocks,
  statistics: Statistics,
  shape: string,
  targets: readonly TargetInfo[],
): Effects[] => {
  const names = CELLS.flatMap(
    ({ style, store }) =>
      targets.find((target) => target.kind === 'embedded' && target.style === style && target.store === store)
        ?.name ?? [],
  );
  if (names.length < CELLS.length) return [];
  const measured = METRIC_NAMES.flatMap((metric) => {
    const rows = blocks.rows(shape, metric, names);
    return rows.length === 0 ? [] : [{ metric, rows }];
  });
  return measured.map(({ metric, rows }) => ({
    shape,
    metric,
    cells: names.map((target, cell) => ({
      target,
      estimate: statistics.describe(rows.map((row) => row[cell] ?? 0)),
    })),
    style: statistics.contrast(rows.map(styleOf), measured.length),
    store: statistics.contrast(rows.map(storeOf), measured.length),
    interaction: statistics.contrast(rows.map(interactionOf), measured.length),
  }));
};
