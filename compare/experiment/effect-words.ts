import type { Effects, Estimate } from '../results/report-data.ts';
import type { Words } from './pair-words.ts';
import { excludesZero, hasInterval, listOf, METRIC_WORDS, shapesWithout, spread } from './words.ts';

const FACTORS = {
  style: 'serverless instead of microservices',
  store: 'DynamoDB (emulated) instead of PostgreSQL',
} as const;

const OTHERS = { style: 'both stores', store: 'both styles' } as const;

const sizes = ({ low, high }: Estimate): readonly [number, number] => {
  const ends = [Math.abs(low ?? 0), Math.abs(high ?? 0)] as const;
  return [Math.min(...ends), Math.max(...ends)];
};

/** Which factor changes more; only said when the intervals of both sizes lie apart. */
const greater = ({ style, store }: Effects): string => {
  if (!excludesZero(style) || !excludesZero(store)) return '';
  const [[styleLow, styleHigh], [storeLow, storeHigh]] = [sizes(style), sizes(store)];
  if (styleLow > storeHigh) return 'The style changes more than the store.';
  if (storeLow > styleHigh) return 'The store changes more than the style.';
  return 'Which of the two changes more is not shown.';
};

const effectOf = (effects: Effects, factor: 'style' | 'store'): string => {
  const effect = effects[factor];
  const direction = effect.median > 0 ? 'adds' : 'saves';
  return `${FACTORS[factor]} ${direction} ${spread(effect, effects.metric, 'dropped')}, as a mean over ${OTHERS[factor]}`;
};

const togetherOf = ({ interaction, metric }: Effects): string =>
  excludesZero(interaction)
    ? `The two do not simply add up: the step to serverless adds ${spread(interaction, metric, 'dropped')} ${interaction.median > 0 ? 'more' : 'less'} on DynamoDB than on PostgreSQL.`
    : '';

const NOT_PARTED = 'no parting of style and store, for want of blocks with four valid runs';

const isParted = ({ style }: Effects): boolean => hasInterval(style);

const wordsOf = (effects: Effects): Words => {
  const where = `Under ${effects.shape}, ${METRIC_WORDS[effects.metric]}`;
  if (!isParted(effects)) return { supports: [], doesNotSupport: [`${where}: ${NOT_PARTED}.`] };
  const factors = ['style', 'store'] as const;
  const shown = factors.filter((factor) => excludesZero(effects[factor]));
  const hidden = factors.filter((factor) => !excludesZero(effects[factor]));
  const alone = shown.map((factor) => effectOf(effects, factor)).join('; ');
  const sentences = [alone && `${alone}.`, greater(effects), togetherOf(effects)].filter(Boolean).join(' ');
  return {
    supports: sentences ? [`${where} (2 x 2, ${effects.style.n} blocks): ${sentences}`] : [],
    doesNotSupport:
      hidden.length > 0
        ? [
            `${where} (2 x 2): no effect shown of ${listOf(hidden.map((factor) => `the ${factor}`))} by itself.`,
          ]
        : [],
  };
};

/** The 2 x 2 in words: how much is style, how much is store, and whether they add up. */
export const effectsWords = (effects: readonly Effects[]): Words => {
  const dark = shapesWithout(effects, isParted);
  const words = effects.filter(({ shape }) => !dark.includes(shape)).map(wordsOf);
  return {
    supports: words.flatMap(({ supports }) => supports),
    doesNotSupport: [
      ...(dark.length > 0 ? [`Under ${listOf(dark)}: ${NOT_PARTED}.`] : []),
      ...words.flatMap(({ doesNotSupport }) => doesNotSupport),
    ],
  };
};
