import { describe, expect, it } from 'vitest';
import { photosAt, rateAt, SHAPES, type ShapeName, shapeOf } from '../../../compare/traffic/shapes.ts';

const NAMES = Object.keys(SHAPES) as ShapeName[];
const SECONDS = 180;
const RATE = 50;
const MOMENTS = Array.from({ length: 18_000 }, (_, index) => (index + 0.5) / 100);

const rates = (name: ShapeName): number[] =>
  MOMENTS.map((seconds) => rateAt(shapeOf(name), RATE, seconds, SECONDS));

describe('SHAPES', () => {
  it.each(NAMES)('When the shape is %s, then its mean is the rate and its peak is what it says', (name) => {
    const seen = rates(name);
    const photos = MOMENTS.map((seconds) => photosAt(shapeOf(name), RATE, seconds, SECONDS));
    const mean = seen.reduce((sum, rate) => sum + rate, 0) / seen.length;
    expect(mean / RATE).toBeCloseTo(1, 3);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(0);
    const whole = seen.map((rate, index) => rate + 2 * (photos[index] ?? 0));
    expect(Math.max(...whole) / RATE).toBeCloseTo(shapeOf(name).peak, 2);
  });

  it('When it is the warm-up, then the rate is the first one, and after the end there is none', () => {
    for (const name of NAMES) {
      const shape = shapeOf(name);
      expect(rateAt(shape, RATE, -3, SECONDS)).toBe(rateAt(shape, RATE, 0, SECONDS));
      expect(rateAt(shape, RATE, SECONDS, SECONDS)).toBe(0);
      expect(photosAt(shape, RATE, -3, SECONDS)).toBe(0);
    }
  });

  it('When traffic goes on and off, then a third of the run is silent twice', () => {
    const silent = rates('on-off').map((rate) => (rate === 0 ? '.' : '#'));
    const gaps = silent
      .join('')
      .split(/#+/)
      .filter((gap) => gap !== '');
    expect(gaps.map((gap) => Math.round(gap.length / 100))).toEqual([60, 60]);
  });

  it('When photos burst, then they come in the middle only, at a tenth of the rate', () => {
    const at = (seconds: number): number => photosAt(shapeOf('photo-burst'), RATE, seconds, SECONDS);
    expect([at(71), at(73), at(107), at(109)]).toEqual([0, 5, 5, 0]);
  });
});
