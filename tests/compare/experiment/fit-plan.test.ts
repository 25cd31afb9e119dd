import { describe, expect, it } from 'vitest';
import { BUDGET_SECONDS, fitPlan } from '../../../compare/experiment/fit-plan.ts';

const six = (targets: number): number[] => Array.from({ length: targets }, () => 6);

describe('fitPlan', () => {
  it('When two targets have the usual budget, then 5 repetitions with 10 s of measured time fit it nearly to the end', () => {
    const fit = fitPlan({ budgetSeconds: BUDGET_SECONDS.usual, shapes: 1, overheadSeconds: six(2) });
    expect(fit).toMatchObject({ repetitions: 5, fits: true, says: [] });
    expect(fit.durationSeconds).toBeGreaterThan(9);
    expect(fit.totalSeconds).toBeGreaterThan(175);
    expect(fit.totalSeconds).toBeLessThanOrEqual(180);
  });

  it('When a run would get long, then the budget buys more repetitions instead', () => {
    const fit = fitPlan({ budgetSeconds: 300, shapes: 1, overheadSeconds: six(2) });
    expect(fit.repetitions).toBe(8);
    expect(fit.durationSeconds).toBeGreaterThanOrEqual(10);
    expect(fitPlan({ budgetSeconds: 3_600, shapes: 1, overheadSeconds: six(2) }).repetitions).toBe(10);
  });

  it('When a budget cannot hold 5 repetitions, then there are fewer, and it says that nothing can be told apart', () => {
    const fit = fitPlan({ budgetSeconds: BUDGET_SECONDS.quick, shapes: 1, overheadSeconds: six(2) });
    expect(fit).toMatchObject({ repetitions: 2, durationSeconds: 3, warmUpSeconds: 1, fits: true });
    expect(fit.totalSeconds).toBe(40);
    expect(fit.says.join(' ')).toContain('2 of the 5 repetitions');
    expect(fit.says.join(' ')).toContain('nothing can be told apart');
  });

  it('When it cannot even hold one, then one is planned, and it says how long that takes', () => {
    const fit = fitPlan({ budgetSeconds: 40, shapes: 7, overheadSeconds: six(4) });
    expect(fit).toMatchObject({ repetitions: 1, fits: false, totalSeconds: 280 });
    expect(fit.says.join(' ')).toContain('about 280 s');
  });

  it('When targets take unlike times to start, then each is counted with its own', () => {
    const fit = fitPlan({ budgetSeconds: 180, shapes: 1, overheadSeconds: [4, 12] });
    expect(fit.totalSeconds).toBeLessThanOrEqual(180);
    expect(fit.totalSeconds).toBe(5 * (16 + 2 * (fit.durationSeconds + fit.warmUpSeconds)));
  });

  it('When durations or repetitions are given, then they are kept', () => {
    const given = { durationSeconds: 7, warmUpSeconds: 2, repetitions: 6 };
    expect(fitPlan({ budgetSeconds: 1_000, shapes: 1, overheadSeconds: six(2), ...given })).toMatchObject(
      given,
    );
    const long = fitPlan({ budgetSeconds: 100, shapes: 1, overheadSeconds: six(2), ...given });
    expect(long).toMatchObject({ durationSeconds: 7, repetitions: 3 });
  });
});
