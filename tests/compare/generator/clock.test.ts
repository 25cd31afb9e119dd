import { describe, expect, it, onTestFinished } from 'vitest';
import { makeClock } from '../../../compare/generator/clock.ts';

const busyUntil = (isOver: () => boolean): void => {
  while (!isOver()) Math.random();
};

describe('clock', () => {
  it('When the event loop is busy with what it found, then all of that was found at one time, and the next at a later one', async () => {
    const clock = await makeClock(() => undefined);
    onTestFinished(() => clock.stop());
    const first = clock.polledAt();
    busyUntil(() => clock.now() >= first + 5);
    expect(clock.polledAt()).toBe(first);
    const next = await new Promise<number>((resolve) => {
      // The second one runs after what the first call has planned for this round of the loop.
      setImmediate(() => setImmediate(() => resolve(clock.polledAt())));
    });
    expect(next).toBeGreaterThanOrEqual(first + 5);
    expect(next).toBeLessThanOrEqual(clock.now());
  });

  it('When a moment is set, then it rings, and not before it', async () => {
    let rang: (moment: number) => void = () => undefined;
    const ringing = new Promise<number>((resolve) => {
      rang = resolve;
    });
    let wanted = Number.POSITIVE_INFINITY;
    const clock = await makeClock(() => {
      if (clock.now() >= wanted) rang(clock.now());
    });
    onTestFinished(() => clock.stop());
    wanted = clock.now() + 20;
    clock.ringAt(wanted, Number.POSITIVE_INFINITY);
    expect(await ringing).toBeGreaterThanOrEqual(wanted);
  });
});
