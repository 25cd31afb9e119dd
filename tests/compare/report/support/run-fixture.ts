import type { Gate, Invariant, RunRecord } from '../../../../compare/results/run-record.ts';
import { loadFixture } from './load-fixture.ts';
import { measuredFixture } from './measured-fixture.ts';
import { makeRandom } from './random.ts';
import { DURATION, WARM_UP } from './shape-rates.ts';
import type { Behaviour } from './targets.ts';

/** Which run, and what is wrong with it. */
export type RunPlan = {
  readonly behaviour: Behaviour;
  readonly shape: string;
  readonly block: number;
  readonly position: number;
  readonly fails?: Gate['name'];
  readonly broken?: string;
  readonly unmeasured?: boolean;
};

const GATES: readonly (readonly [Gate['name'], number, string])[] = [
  ['achieved', 99, '%'],
  ['send-lag', 5, 'ms'],
  ['generator-cpu', 50, '%'],
  ['host-steal', 2, '%'],
  ['host-others', 10, '%'],
  ['clock', 5, 'ms'],
];

const gateFixture = (
  name: Gate['name'],
  limit: number,
  unit: string,
  ok: boolean,
  random: () => number,
): Gate => {
  const isFloor = name === 'achieved';
  const good = isFloor ? 99.6 + random() * 0.4 : limit * (0.1 + random() * 0.5);
  const value = ok ? good : isFloor ? 91.37 : limit * 2.4;
  return {
    name,
    ok,
    says: `${value.toFixed(2)} ${unit}, ${isFloor ? 'at least' : 'at most'} ${limit} ${unit} is allowed`,
    value,
    limit,
    unit,
  };
};

const INVARIANTS = ['no oversell', 'no lost order', 'no double order', 'stock conserved'];

/** One run, drawn from a seed of its own. */
export const runFixture = (plan: RunPlan, seed: number): RunRecord => {
  const { behaviour, shape, block, position, fails, broken = null, unmeasured = false } = plan;
  const random = makeRandom(seed);
  const smoke: Gate = {
    name: 'smoke',
    ok: broken === null,
    says: broken ?? 'every step of the smoke test was answered as the contract says',
    value: null,
    limit: null,
    unit: '',
  };
  const invariants: Invariant[] = INVARIANTS.map((name) => ({
    name,
    ok: !(fails === 'invariants' && name === 'stock conserved'),
    says: fails === 'invariants' ? 'product 7 holds 3 more than it should' : 'all 40 products add up',
  }));
  const kept: Gate = {
    name: 'invariants',
    ok: fails !== 'invariants',
    says: fails === 'invariants' ? 'stock is not conserved' : 'all hold',
    value: null,
    limit: null,
    unit: '',
  };
  const measurable = GATES.map(([name, limit, unit]) =>
    gateFixture(name, limit, unit, name !== fails, random),
  );
  return {
    id: `${shape}-${block}-${position}`,
    target: behaviour.info,
    shape,
    rate: 40,
    durationSeconds: DURATION,
    warmUpSeconds: WARM_UP,
    seed,
    block,
    position,
    startedAt: new Date(Date.UTC(2026, 2, 14, 9, 0, seed * 70)).toISOString(),
    gates: broken === null ? [smoke, ...measurable, kept] : [smoke],
    invariants: broken === null ? invariants : [],
    refused: broken !== null || fails !== undefined,
    broken,
    load: broken === null ? loadFixture(behaviour, shape, random) : null,
    measured: broken === null && !unmeasured ? measuredFixture(behaviour, shape, random) : null,
  };
};
