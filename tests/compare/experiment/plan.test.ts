import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRuns } from '../../../compare/experiment/plan.ts';
import { at, embedded } from './runs.ts';

const FOUR = [
  embedded('microservices'),
  embedded('microservices', 'dynamodb'),
  embedded('serverless'),
  embedded('serverless', 'dynamodb'),
];
const SHAPES = ['steady', 'spike', 'on-off'];

describe('planRuns', () => {
  it('When any plan is made, then every block holds each target under each shape once, and all ids differ', () => {
    void fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...FOUR, at('one'), at('two')), { minLength: 1 }),
        fc.subarray(SHAPES, { minLength: 1 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        (targets, shapes, repetitions, seed) => {
          const runs = planRuns({ targets, shapes, repetitions, seed });
          const all = targets.flatMap(({ name }) => shapes.map((shape) => `${name} ${shape}`)).sort();
          for (let block = 1; block <= repetitions; block += 1) {
            const own = runs.filter((run) => run.block === block);
            expect(own.map(({ target, shape }) => `${target.name} ${shape}`).sort()).toEqual(all);
            expect(own.map(({ position }) => position)).toEqual(own.map((_, index) => index + 1));
          }
          expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
          expect(runs.every(({ id }) => /^[A-Za-z0-9-]+$/.test(id))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('When the seed is the same, then the plan is, however many blocks follow; another seed makes another plan', () => {
    const plan = (seed: number, repetitions: number) =>
      planRuns({ targets: FOUR, shapes: SHAPES, repetitions, seed });
    expect(plan(7, 5)).toEqual(plan(7, 5));
    expect(plan(7, 8).slice(0, plan(7, 5).length)).toEqual(plan(7, 5));
    expect(plan(8, 5)).not.toEqual(plan(7, 5));
  });

  it('When targets share a shape and a block, then they get the same traffic, and another one in every other block', () => {
    const runs = planRuns({ targets: FOUR, shapes: SHAPES, repetitions: 5, seed: 3 });
    const seeds = Map.groupBy(runs, ({ shape, block }) => `${shape} ${block}`);
    const each = [...seeds.values()].map((own) => new Set(own.map(({ seed }) => seed)));
    expect(each.every((own) => own.size === 1)).toBe(true);
    expect(new Set(runs.map(({ seed }) => seed)).size).toBe(15);
    expect(runs.every(({ seed }) => seed > 0 && seed < 2 ** 31)).toBe(true);
  });

  it('When there are two styles, then they take turns within a shape, and either comes first', () => {
    const firsts = new Set<string | null>();
    for (let seed = 0; seed < 20; seed += 1) {
      const runs = planRuns({ targets: FOUR, shapes: ['steady'], repetitions: 1, seed });
      const styles = runs.map(({ target }) => target.style);
      expect(new Set(styles.slice(0, 2)).size).toBe(2);
      expect(new Set(styles.slice(2)).size).toBe(2);
      firsts.add(styles[0] ?? null);
    }
    expect(firsts.size).toBe(2);
  });

  it('When a block is over, then the next one has the reverse order within each shape, and the third a new one', () => {
    const orderOf = (block: number, seed: number) =>
      planRuns({ targets: FOUR, shapes: SHAPES, repetitions: 3, seed })
        .filter((run) => run.block === block && run.shape === 'spike')
        .map(({ target }) => target.name);
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    for (const seed of seeds) expect(orderOf(2, seed)).toEqual(orderOf(1, seed).toReversed());
    expect(new Set(seeds.map((seed) => orderOf(3, seed).join() === orderOf(1, seed).join()))).toContain(
      false,
    );
  });

  it('When a shape begins, then all its targets follow each other before the next shape', () => {
    const runs = planRuns({ targets: FOUR, shapes: SHAPES, repetitions: 2, seed: 5 });
    const changes = runs.filter((run, index) => run.shape !== runs[index - 1]?.shape).length;
    expect(changes).toBeLessThanOrEqual(6);
  });
});
