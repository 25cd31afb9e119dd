import { describe, expect, it, onTestFinished, vi } from 'vitest';
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

  const AHEAD_MS = [20, 1.5, 0.2];
  it.each(AHEAD_MS)('When a moment %d ms ahead is set, then it rings, and not before it', async (ahead) => {
    let rang: (moment: number) => void = () => undefined;
    const ringing = new Promise<number>((resolve) => {
      rang = resolve;
    });
    const clock = await makeClock(() => rang(clock.now()));
    onTestFinished(() => clock.stop());
    const wanted = clock.now() + ahead;
    clock.ringAt(wanted, Number.POSITIVE_INFINITY);
    expect(await ringing).toBeGreaterThanOrEqual(wanted);
  });

  it('When a near moment is replaced by a far one, and that by a near one, then only the last rings', async () => {
    const rang: number[] = [];
    const clock = await makeClock(() => void rang.push(clock.now()));
    onTestFinished(() => clock.stop());
    clock.ringAt(clock.now() + 1, Number.POSITIVE_INFINITY);
    const far = clock.now() + 30;
    clock.ringAt(far, Number.POSITIVE_INFINITY);
    await vi.waitFor(() => expect(rang).toHaveLength(1));
    expect(rang[0]).toBeGreaterThanOrEqual(far);
    clock.ringAt(clock.now() + 60_000, Number.POSITIVE_INFINITY);
    const near = clock.now() + 1;
    clock.ringAt(near, Number.POSITIVE_INFINITY);
    await vi.waitFor(() => expect(rang).toHaveLength(2));
    expect(rang[1]).toBeGreaterThanOrEqual(near);
  });
});
