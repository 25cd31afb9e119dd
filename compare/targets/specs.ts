import { UsageError } from '../options.ts';
import type { TargetInfo } from '../results/run-record.ts';

type Store = NonNullable<TargetInfo['store']>;
type Style = NonNullable<TargetInfo['style']>;

/** A target as it was asked for. */
export type TargetSpec = {
  readonly info: TargetInfo;
  /** With a HorizontalPodAutoscaler of its own: compose only. */
  readonly autoscale: boolean;
  /** Without a slash at the end: `url` only. */
  readonly url?: string;
};

/** What can be named, for `--help`. */
export const TARGET_NAMES = `microservices, serverless (with /postgres or /dynamodb), serverless-offline, compose, compose+autoscale, NAME=URL`;

/** Both stores. */
export const STORES: readonly Store[] = ['postgres', 'dynamodb'];

/** The store of each style unless another is named: those of npm start. */
const USUAL: Readonly<Record<Style, Store>> = { microservices: 'postgres', serverless: 'dynamodb' };

const embedded = (style: Style, store: Store): TargetSpec => ({
  info: {
    name: `${style}/${store}`,
    kind: 'embedded',
    style,
    store,
    about: style === 'microservices' ? `three processes, on ${store}` : `local Lambda runtime, on ${store}`,
    faithful: true,
  },
  autoscale: false,
});

const offline = (store: Store): TargetSpec => ({
  info: {
    name: store === USUAL.serverless ? 'serverless-offline' : `serverless-offline/${store}`,
    kind: 'offline',
    style: 'serverless',
    store,
    about: `serverless-offline, on ${store}: does not behave as Lambda does`,
    faithful: false,
  },
  autoscale: false,
});

const compose = (autoscale: boolean): TargetSpec => ({
  info: {
    name: autoscale ? 'compose+autoscale' : 'compose',
    kind: 'compose',
    style: 'microservices',
    store: 'postgres',
    about: `in containers behind HAProxy, on postgres${autoscale ? ', scaled by CPU' : ''}`,
    faithful: true,
  },
  autoscale,
});

const at = (name: string, text: string): TargetSpec => {
  if (!/^[a-z][a-z0-9-]*$/i.test(name))
    throw new UsageError(`A target's name is made of letters, digits and -, which "${name}" is not.`);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`${name} is at an http or https URL, not "${text}".`);
  const info = { name, kind: 'url', style: null, store: null, about: `at ${text}`, faithful: true } as const;
  return { info, autoscale: false, url: text.replace(/\/+$/, '') };
};

const storeOf = (text: string | undefined, usual: Store): Store => {
  if (text === undefined) return usual;
  const store = STORES.find((one) => one === text);
  if (store) return store;
  throw new UsageError(`A store is postgres or dynamodb, not "${text}".`);
};

/**
 * Reads a target's name.
 *
 * @throws UsageError
 */
export const parseTarget = (text: string): TargetSpec => {
  const equals = text.indexOf('=');
  if (equals >= 0) return at(text.slice(0, equals), text.slice(equals + 1));
  const [name, store, ...rest] = text.split('/');
  if (rest.length === 0) {
    if (name === 'microservices' || name === 'serverless') return embedded(name, storeOf(store, USUAL[name]));
    if (name === 'serverless-offline') return offline(storeOf(store, USUAL.serverless));
    if (store === undefined && name === 'compose') return compose(false);
    if (store === undefined && name === 'compose+autoscale') return compose(true);
  }
  throw new UsageError(`There is no target "${text}": there are ${TARGET_NAMES}.`);
};

/**
 * Reads the targets of a command line, each a name or several with commas between.
 *
 * @throws UsageError also when one is named twice
 */
export const parseTargets = (texts: readonly string[]): readonly TargetSpec[] => {
  const specs = texts
    .flatMap((text) => (text.includes('=') ? [text] : text.split(',')))
    .map((text) => parseTarget(text.trim()));
  const names = specs.map(({ info }) => info.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`The target ${twice} is named twice.`);
  return specs;
};

/**
 * Both styles on each of these stores: with both, the 2 x 2.
 *
 * @param stores e.g. `postgres,dynamodb`
 * @throws UsageError
 */
export const targetsOnStores = (stores: string): readonly TargetSpec[] =>
  parseTargets(
    stores.split(',').flatMap((store) => [`microservices/${store.trim()}`, `serverless/${store.trim()}`]),
  );
