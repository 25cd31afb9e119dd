import type { TargetInfo } from '../results/run-record.ts';
import { makeRandom, type Random } from './random.ts';

/** A run that is still to be made. */
export type PlannedRun = {
  /** Unique in a plan, of letters, digits and hyphens, e.g. `b2-03-serverless-postgres-steady`. */
  readonly id: string;
  readonly target: TargetInfo;
  readonly shape: string;
  /** Of the traffic: the same for all targets under a shape in a block, another one in every block. */
  readonly seed: number;
  /** Repetition, and its place in the order of its block, both from 1. */
  readonly block: number;
  readonly position: number;
};

/** What a plan is made of. */
export type PlanInput = {
  readonly targets: readonly TargetInfo[];
  readonly shapes: readonly string[];
  readonly repetitions: number;
  /** Of the order of all runs and of the seeds of their traffic; a whole number of 32 bits. */
  readonly seed: number;
};

/** Seeds of traffic are positive and have 31 bits. */
const SEEDS = 0x7fff_ffff;

/** Targets in random order in which the styles take turns for as long as each still has one. */
const alternate = (targets: readonly TargetInfo[], random: Random): TargetInfo[] => {
  const byStyle = [...Map.groupBy(targets, ({ style }) => style).values()].map(random.shuffle);
  const rounds = Array.from({ length: targets.length }, (_, round) =>
    random.shuffle(byStyle).flatMap((style) => style.slice(round, round + 1)),
  );
  return rounds.flat();
};

const slug = (text: string): string => text.replaceAll(/[^A-Za-z0-9]+/g, '-');

/**
 * Randomised complete blocks: each block holds every target under every shape once, so that what changes slowly (heat, other
 * tenants of the machine, its disk's cache) meets all targets alike and drops out of differences within a block.
 *
 * - The targets of a shape follow each other directly, shapes in random order: a difference is between neighbours in time.
 * - Their order is random, with styles that take turns; every second block reverses the order of the one before it, so that an
 *   effect of the order itself changes its sign from block to block instead of looking like one of the target.
 * - A block's order and seeds do not depend on how many blocks follow.
 */
export const planRuns = ({ targets, shapes, repetitions, seed }: PlanInput): PlannedRun[] => {
  const random = makeRandom(seed);
  const orders = new Map<string, readonly TargetInfo[]>();
  return Array.from({ length: repetitions }, (_, index) => {
    const seeds = new Map(shapes.map((shape) => [shape, 1 + random.below(SEEDS)]));
    const runs = random.shuffle(shapes).flatMap((shape) => {
      const before = index % 2 === 1 ? orders.get(shape) : undefined;
      const order = before?.toReversed() ?? alternate(targets, random);
      orders.set(shape, order);
      return order.map((target) => ({ target, shape, seed: seeds.get(shape) ?? 1 }));
    });
    return runs.map((run, place) => {
      const [block, position] = [index + 1, place + 1];
      const name = slug(`${run.target.name} ${run.shape}`);
      return { ...run, block, position, id: `b${block}-${String(position).padStart(2, '0')}-${name}` };
    });
  }).flat();
};
