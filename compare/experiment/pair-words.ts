import type { Comparison } from '../results/report-data.ts';
import { listOf, METRIC_WORDS, shapesWithout, spread } from './words.ts';

/** Sentences for what is shown, and for what is not. */
export type Words = { readonly supports: readonly string[]; readonly doesNotSupport: readonly string[] };

const times = ({ ratio }: Comparison): string =>
  ratio === null ? '' : `, ${ratio.median.toFixed(2)} times as much`;

const sentence = (comparison: Comparison): string => {
  const { metric, difference } = comparison;
  const more = comparison.verdict === 'a is less' ? 'more' : 'less';
  return `${METRIC_WORDS[metric]} ${spread(difference, metric, 'dropped')} ${more}${times(comparison)}`;
};

const blocksOf = (comparisons: readonly Comparison[]): string => {
  const numbers = comparisons.map(({ difference }) => difference.n);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? `${least} blocks` : `${least} to ${most} blocks`;
};

/** A pair of targets under a shape, all metrics together. */
const pairWords = (comparisons: readonly Comparison[]): Words => {
  const [first] = comparisons;
  if (!first) return { supports: [], doesNotSupport: [] };
  const pair = `Under ${first.shape}, ${first.b} against ${first.a}`;
  const told = comparisons.filter(({ verdict }) => verdict === 'a is less' || verdict === 'b is less');
  const namesOf = (verdict: Comparison['verdict']): string =>
    listOf(comparisons.filter((one) => one.verdict === verdict).map(({ metric }) => METRIC_WORDS[metric]));
  const [none, unknown] = [namesOf('none'), namesOf('unknown')];
  return {
    supports: told.length > 0 ? [`${pair} (${blocksOf(told)}): ${told.map(sentence).join('; ')}.`] : [],
    doesNotSupport: [
      ...(none ? [`${pair}: not told apart in ${none}; that is not to say that they are equal.`] : []),
      ...(unknown ? [`${pair}: nothing about ${unknown}, for want of valid repetitions.`] : []),
    ],
  };
};

/** Every pair of targets under every shape. */
export const comparisonWords = (comparisons: readonly Comparison[]): Words => {
  const dark = shapesWithout(comparisons, ({ verdict }) => verdict !== 'unknown');
  const known = comparisons.filter(({ shape }) => !dark.includes(shape));
  const pairs = Map.groupBy(known, ({ shape, a, b }) => JSON.stringify([shape, a, b]));
  const words = [...pairs.values()].map(pairWords);
  return {
    supports: words.flatMap(({ supports }) => supports),
    doesNotSupport: [
      ...(dark.length > 0
        ? [`Any difference between targets under ${listOf(dark)}, for want of valid repetitions.`]
        : []),
      ...words.flatMap(({ doesNotSupport }) => doesNotSupport),
    ],
  };
};
