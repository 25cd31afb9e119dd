/** `npm run bench:planted`: whether the comparison finds a difference that was planted, and none where there is none. */
import { analyse } from '../compare/experiment/analysis.ts';
import { makeBootstrap } from '../compare/experiment/bootstrap.ts';
import { planRuns } from '../compare/experiment/plan.ts';
import { runPlan } from '../compare/experiment/run-plan.ts';
import { makeStatistics } from '../compare/experiment/statistics.ts';
import type { Comparison } from '../compare/results/report-data.ts';
import { runCommand, UsageError } from '../local/command-line.ts';
import { type PlantedTarget, planted, plantedDeps } from './planted-deps.ts';

const USAGE = `npm run bench:planted -- [options]

Puts open-loop load on two servers in processes of their own, in the blocks and with the gates and intervals of the comparison: one
of them slowed by 5 ms, which has to be found; then two identical ones again and again, which must not be told apart.
Exit code 1 when the planted difference is not found, or more than 1 in 10 trials (2 of 20) are false alarms.

  --trials N    trials of two identical servers (20)
  --blocks N    repetitions in each trial (5)
  --seconds N   measured time of a run (1)
  --rate N      requests a second (200)
  --seed N      of orders and traffic (1)`;

/** Blocks that may take the place of refused ones in a trial. */
const SPARE = 5;

const statistics = makeStatistics(makeBootstrap());

const figures = ({ metric, difference: { median, low, high, n }, verdict }: Comparison): string =>
  `${metric} ${median.toFixed(3)} (${low?.toFixed(3)} to ${high?.toFixed(3)}, ${n} blocks): ${verdict}`;

type Options = { readonly blocks: number; readonly seconds: number; readonly rate: number };

/** Comparisons of two targets, and how many of their runs were refused. */
const trial = async (targets: readonly PlantedTarget[], seed: number, options: Options) => {
  const { blocks: repetitions, seconds: durationSeconds, rate } = options;
  const infos = targets.map(({ info }) => info);
  const runs = planRuns({ targets: infos, shapes: ['steady'], repetitions: repetitions + SPARE, seed });
  const records = await runPlan(
    { runs, repetitions, rate, durationSeconds, warmUpSeconds: 0.5, overheadSeconds: () => 1 },
    plantedDeps(targets),
  );
  const { comparisons } = analyse(records, statistics);
  const refused = records.filter((record) => record.refused);
  const why = refused.flatMap(({ gates }) => gates.filter(({ ok }) => !ok).map(({ name }) => name));
  return { comparisons, refused: refused.length > 0 ? `, ${refused.length} refused: ${why.join(', ')}` : '' };
};

const isTold = ({ verdict }: Comparison): boolean => verdict === 'a is less' || verdict === 'b is less';

const measure = async (trials: number, seed: number, options: Options): Promise<boolean> => {
  const slowed = await trial([planted('as it is', 0), planted('slowed by 5 ms', 5)], seed, options);
  const p50 = slowed.comparisons.find(({ metric }) => metric === 'p50');
  const found = p50?.verdict === 'a is less';
  console.log(`slowed by 5 ms: ${found ? 'found' : 'NOT FOUND'}${slowed.refused}`);
  for (const comparison of slowed.comparisons) console.log(`  ${figures(comparison)}`);
  let [alarms, known] = [0, 0];
  for (let number = 1; number <= trials; number += 1) {
    const { comparisons, refused } = await trial(
      [planted('one', 0), planted('another', 0)],
      seed + number,
      options,
    );
    const told = comparisons.filter(isTold);
    alarms += told.length > 0 ? 1 : 0;
    known += comparisons.some(({ verdict }) => verdict !== 'unknown') ? 1 : 0;
    const blocks = Math.max(0, ...comparisons.map(({ difference }) => difference.n));
    const verdict = told.map(figures).join('; ') || 'not told apart';
    console.log(`identical ${number}: ${verdict}, ${blocks} blocks${refused}`);
  }
  console.log(
    `false alarms in any metric: ${alarms} of ${known} trials with enough valid runs, ${trials} in all`,
  );
  return found && alarms <= trials / 10;
};

const numberOf = (option: string, value: string): number => {
  const number = Number(value);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new UsageError(`--${option} is a number from 0, not "${value}".`);
};

const text = (value: string) => ({ type: 'string', default: value }) as const;

await runCommand({
  help: USAGE,
  options: { trials: text('20'), blocks: text('5'), seconds: text('1'), rate: text('200'), seed: text('1') },
  work: async ({ trials, blocks, seconds, rate, seed }) => {
    const met = await measure(numberOf('trials', trials), numberOf('seed', seed), {
      blocks: numberOf('blocks', blocks),
      seconds: numberOf('seconds', seconds),
      rate: numberOf('rate', rate),
    });
    return met ? 0 : 1;
  },
});
