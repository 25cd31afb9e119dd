import type { TargetInfo } from '../../../../compare/results/run-record.ts';

/** How a target of the fixtures behaves: latency in ms, CPU-seconds and GB-seconds of its service per thousand requests. */
export type Behaviour = {
  readonly info: TargetInfo;
  readonly p50: number;
  readonly spread: number;
  readonly cpu: number;
  readonly gb: number;
};

const embedded = (style: 'microservices' | 'serverless', store: 'postgres' | 'dynamodb'): TargetInfo => ({
  name: `${style}/${store}`,
  kind: 'embedded',
  style,
  store,
  about: `embedded, on ${store}`,
  faithful: true,
});

/** The 2 x 2 of style and store. */
export const FOUR: readonly Behaviour[] = [
  { info: embedded('microservices', 'postgres'), p50: 6.2, spread: 0.55, cpu: 3.1, gb: 4.4 },
  { info: embedded('serverless', 'postgres'), p50: 9.8, spread: 0.6, cpu: 4.6, gb: 9.2 },
  { info: embedded('microservices', 'dynamodb'), p50: 11.5, spread: 0.5, cpu: 4.0, gb: 4.9 },
  { info: embedded('serverless', 'dynamodb'), p50: 14.9, spread: 0.62, cpu: 5.5, gb: 10.1 },
];

/** A stack that somebody else runs. */
export const ELSEWHERE: Behaviour = {
  info: {
    name: 'staging',
    kind: 'url',
    style: null,
    store: null,
    about: 'https://shop.example, given as --target',
    faithful: true,
  },
  p50: 41,
  spread: 0.4,
  cpu: 0,
  gb: 0,
};
