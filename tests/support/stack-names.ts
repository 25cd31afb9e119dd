import type { Store } from '@duet/shared/kernel/config.ts';

/** The two stacks on the two stores. */
export const COMBINATIONS = [
  'microservices-postgres',
  'microservices-dynamodb',
  'serverless-postgres',
  'serverless-dynamodb',
] as const;

/** One stack on one store. */
export type Combination = (typeof COMBINATIONS)[number];

/** The stack of a combination. */
export const stackOf = (name: Combination): 'microservices' | 'serverless' =>
  name.startsWith('microservices') ? 'microservices' : 'serverless';

/** The store of a combination. */
export const storeOf = (name: Combination): Store => (name.endsWith('postgres') ? 'postgres' : 'dynamodb');

/** The processes that a stack consists of, and that can be killed and started again. */
export type PartName = 'auth' | 'inventory' | 'orders' | 'functions' | 'cloud' | 'postgres';

/** A running stack, as it is told to a test: plain data. */
export type RunningStack = {
  readonly name: Combination;
  readonly origins: Readonly<Record<'auth' | 'inventory' | 'images' | 'orders', string>>;
  readonly admin: { readonly email: string; readonly password: string };
  /** What can be killed. */
  readonly parts: readonly PartName[];
  /** What it takes to reach its store directly: database URLs by context, or the variables of the local cloud. */
  readonly env: Readonly<Record<string, string>>;
};
