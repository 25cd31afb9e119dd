import { type Draw, makeChoice, makeDraw, partSeed, zipfWeights } from './draw.ts';
import {
  CATALOGUE,
  CUSTOMERS,
  FIRST_LOOK_MS,
  isScarce,
  KINDS,
  type Kind,
  LINE_SHARES,
  LONGEST_THINK,
  MOST_ADDED,
  MOST_UNITS,
  type Operation,
  PAGES,
  PICTURED,
  type Step,
} from './mix.ts';
import { type Mix, meanRequests, sharesOf } from './read-mix.ts';
import { photosAt, rateAt, type ShapeName, shapeOf } from './shapes.ts';

/** How sessions begin: evenly, or independently of each other as those of many people. */
export type Arrivals = 'constant' | 'poisson';

/** Fixes when sessions begin: moments in ms after the start, rising, each below the duration. `rateAt` takes seconds. */
export type Schedule = (plan: {
  readonly arrivals: Arrivals;
  readonly rateAt: (seconds: number) => number;
  readonly durationSeconds: number;
  readonly seed: number;
}) => Float64Array;

/** What decides a run's traffic: the same plan gives the same sessions on every target. */
export type TrafficPlan = {
  readonly mix: Mix;
  readonly shape: ShapeName;
  readonly arrivals: Arrivals;
  /** Planned requests per second, the mean over the measured time. */
  readonly rate: number;
  readonly durationSeconds: number;
  /** Traffic before the measured time. It should be longer than a session, about 3 s, for sessions begin before all of their requests. */
  readonly warmUpSeconds: number;
  /** A whole number. */
  readonly seed: number;
};

/** A line of an order: the product by its rank, 0 the most popular. */
export type Line = { readonly product: number; readonly quantity: number };

/** One planned request. */
export type PlannedStep = {
  readonly operation: Operation;
  /** Its intended moment, in ms after the start of the warm-up. */
  readonly at: number;
  /** Which page, product of the catalogue, or product for photos; by the operation. */
  readonly pick: number;
  /** Units that an administrator adds. */
  readonly add: number;
  /** The lines of an order. */
  readonly lines: readonly Line[];
  /** How long after its answer an order or a photo is first looked at, in ms. */
  readonly firstLook: number;
};

/** One session with its steps in order of time. */
export type PlannedSession = {
  /** Its number, from 0. */
  readonly index: number;
  readonly kind: Kind;
  /** The customer whose account it uses, where it uses one that was there before. */
  readonly customer: number;
  readonly steps: readonly PlannedStep[];
};

const NO_LINES: readonly Line[] = [];

/**
 * Draws what one session does. Every session has chance of its own, so that one more step in one moves nothing in another.
 * Units of a scarce product never come back, neither by a cancellation nor by an administrator: what was sold too much of it
 * can still be seen after the run.
 */
const makePlanSession = (mix: Mix) => {
  const shares = sharesOf(mix);
  const chooseKind = makeChoice(shares.map(([, share]) => share));
  const chooseProduct = makeChoice(zipfWeights(CATALOGUE, mix.zipf));
  const choosePage = makeChoice(zipfWeights(PAGES, mix.zipf));
  const chooseLines = makeChoice(LINE_SHARES);

  const linesOf = (draw: Draw): readonly Line[] => {
    const count = chooseLines(draw.part()) + 1;
    const products = new Set(Array.from({ length: count }, () => chooseProduct(draw.part())));
    return [...products].map((product) => ({ product, quantity: 1 + draw.below(MOST_UNITS) }));
  };
  const pickOf = (operation: Operation, part: number): number => {
    if (operation === 'list-products') return choosePage(part);
    if (operation === 'request-upload') return Math.floor(part * PICTURED);
    const product = chooseProduct(part);
    return operation === 'check-stock' && isScarce(product) ? product + 1 : product;
  };
  return (index: number, seed: number, begin: number, only?: Kind): PlannedSession => {
    const draw = makeDraw(partSeed(seed, index));
    const kind = only ?? shares[chooseKind(draw.part())]?.[0] ?? 'browser';
    const customer = draw.below(CUSTOMERS);
    let at = begin;
    let isFinal = false;
    const steps: PlannedStep[] = [];
    for (const { operation: usual, chance } of KINDS[kind] as readonly Step[]) {
      if (draw.part() >= chance) continue;
      const lines = usual === 'place-order' ? linesOf(draw) : NO_LINES;
      isFinal ||= lines.some(({ product }) => isScarce(product));
      const operation = isFinal && usual === 'cancel-order' ? 'list-orders' : usual;
      steps.push({
        operation,
        at,
        pick: pickOf(operation, draw.part()),
        add: operation === 'set-stock' ? 1 + draw.below(MOST_ADDED) : 0,
        lines,
        firstLook: FIRST_LOOK_MS * (1 + draw.part() / 2),
      });
      at += draw.exponential(mix.thinkSeconds * 1_000, LONGEST_THINK);
    }
    return { index, kind, customer, steps };
  };
};

/**
 * Fixes all traffic of a run up front: when each session begins, who it is, what it does and when. Times are ms after the start
 * of the warm-up: the measured time begins at `warmUpSeconds`. A session that goes on beyond the end of the measured time
 * is cut there, so that as many requests are planned for its last second as for any other.
 *
 * @returns sessions in order of their beginning; those of a burst of photos last
 */
export const planSessions = (plan: TrafficPlan, schedule: Schedule): readonly PlannedSession[] => {
  const { mix, arrivals, rate, durationSeconds, warmUpSeconds, seed } = plan;
  const shape = shapeOf(plan.shape);
  const whole = warmUpSeconds + durationSeconds;
  const perSession = meanRequests(mix);
  const planSession = makePlanSession(mix);
  const begins = schedule({
    arrivals,
    rateAt: (seconds) => rateAt(shape, rate, seconds - warmUpSeconds, durationSeconds) / perSession,
    durationSeconds: whole,
    seed: partSeed(seed, -1),
  });
  const photos = schedule({
    arrivals,
    rateAt: (seconds) => photosAt(shape, rate, seconds - warmUpSeconds, durationSeconds),
    durationSeconds: whole,
    seed: partSeed(seed, -2),
  });
  const sessions = Array.from(begins, (begin, index) => planSession(index, seed, begin));
  const burst = Array.from(photos, (begin, index) =>
    planSession(begins.length + index, seed, begin, 'photographer'),
  );
  const end = whole * 1_000;
  return [...sessions, ...burst].map((session) => ({
    ...session,
    steps: session.steps.filter(({ at }) => at < end),
  }));
};
