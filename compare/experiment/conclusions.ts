import type { Comparison, Effects } from '../results/report-data.ts';
import type { RunRecord } from '../results/run-record.ts';
import { effectsWords } from './effect-words.ts';
import { comparisonWords, type Words } from './pair-words.ts';
import { listOf, some } from './words.ts';

/** What conclusions are drawn from. */
export type Evidence = {
  readonly runs: readonly RunRecord[];
  readonly comparisons: readonly Comparison[];
  readonly effects: readonly Effects[];
  /** What the budget could not hold, from the plan. */
  readonly planSays?: readonly string[];
};

const refusedWords = (runs: readonly RunRecord[]): string[] => {
  const broken = runs.filter((run) => run.broken !== null);
  const refused = runs.filter((run) => run.broken === null && run.refused);
  const failed = refused.flatMap(({ gates }) => gates.filter(({ ok }) => !ok).map(({ name }) => name));
  const counts = [...Map.groupBy(failed, (name) => name)].map(([name, all]) => `${name} (${all.length})`);
  return [
    ...(refused.length > 0
      ? [
          `${some(refused.length, 'run')} of ${runs.length} failed a gate and ${refused.length === 1 ? 'counts' : 'count'} for nothing: ${listOf(counts)}.`,
        ]
      : []),
    ...broken.map(
      ({ target, shape, block, broken: why }) =>
        `${target.name} under ${shape}, block ${block}, had no load: ${why}`,
    ),
  ];
};

/** How many wrong differences to expect where there is none. */
const chanceWords = (comparisons: readonly Comparison[]): string[] => {
  const known = comparisons.filter(({ verdict }) => verdict !== 'unknown');
  const pairs = new Set(known.map(({ shape, a, b }) => JSON.stringify([shape, a, b]))).size;
  if (pairs < 2) return [];
  return [
    `All differences at once: the intervals of one pair under one shape hold together in at least 95 of 100 experiments; of ${pairs} pairs, up to ${(pairs * 0.05).toFixed(1)} are expected to show a difference where there is none.`,
  ];
};

/** What no run of this kind supports, whatever it shows. */
const limitsOf = (runs: readonly RunRecord[]): string[] => {
  const targets = [...new Map(runs.map(({ target }) => [target.name, target])).values()];
  const has = (test: (target: RunRecord['target']) => boolean): boolean => targets.some(test);
  const unfaithful = targets.filter(({ faithful }) => !faithful).map(({ name }) => name);
  const mixed = targets.some((a) =>
    targets.some(
      (b) => a.style && b.style && a.store && b.store && a.style !== b.style && a.store !== b.store,
    ),
  );
  const local = has(({ kind }) => kind !== 'url');
  return [
    ...(unfaithful.length > 0
      ? [
          `${listOf(unfaithful)} does not behave as its platform does: nothing about the serverless style follows from it.`,
        ]
      : []),
    ...(mixed
      ? [
          'A cause, where two targets differ in style and in store: such a difference belongs to both together, and only the 2 x 2 parts them.',
        ]
      : []),
    ...(local
      ? [
          "AWS's latency, limits or price: functions ran in local processes without Lambda's network, hypervisor, fleet or bill.",
          'Any other machine, more machines, or a network between the parts: generator, stack and store shared one machine, and took from each other what it has.',
        ]
      : []),
    ...(has(({ store, kind }) => store === 'dynamodb' && kind !== 'url')
      ? [
          "DynamoDB's, S3's or SQS's own speed: emulators on this machine stood in for them, in other languages and on other storage.",
        ]
      : []),
    'Other rates, mixes, shapes and durations than those that were run; colder caches, larger catalogues, or hours of operation.',
    'A population of machines or days: repetitions are of one machine within minutes, and intervals are about what would be seen by repeating that.',
  ];
};

/** What the runs support and what they do not, as sentences: each figure comes with its interval, and nothing is said beyond it. */
export const conclude = ({ runs, comparisons, effects, planSays = [] }: Evidence): Words => {
  const all = [comparisonWords(comparisons), effectsWords(effects)];
  return {
    supports: all.flatMap(({ supports }) => supports),
    doesNotSupport: [
      ...refusedWords(runs),
      ...planSays,
      ...all.flatMap(({ doesNotSupport }) => doesNotSupport),
      ...chanceWords(comparisons),
      ...limitsOf(runs),
    ],
  };
};
