import { describe, expect, it } from 'vitest';
import { percentileOf, type StallLog, trueLatencies } from '../../../bench/generator-truth.ts';

/** A server that takes 10 ms, stalls from 100 to 200, and needs no time to take or to answer. */
const LOG: StallLog = { stalls: [[100, 200]], taken: [0, 20, 40], answered: [10, 30, 50] };

describe('the truth of a stall log', () => {
  it('When a request comes outside of a stall, then it takes the service time', () => {
    expect([...trueLatencies(LOG, [0, 50, 250])]).toEqual([10, 10, 10]);
  });

  it('When a request comes in a stall, then it waits for its end first', () => {
    expect([...trueLatencies(LOG, [100, 150, 199])]).toEqual([11, 60, 110]);
  });

  it('When an answer falls due in a stall, then it leaves at its end', () => {
    expect([...trueLatencies(LOG, [95])]).toEqual([105]);
  });

  it('When the server needs time for each that has waited, then they queue', () => {
    const busy = { ...LOG, taken: [0, 20, 40, 200, 202, 204], answered: [10, 30, 50, 210, 212, 214] };
    expect([...trueLatencies(busy, [150, 150, 150])]).toEqual([60, 62, 64]);
  });

  it('When a percentile is taken, then it is the least value that so many do not exceed', () => {
    const values = Float64Array.from({ length: 100 }, (_, index) => index + 1);
    expect([percentileOf(values, 50), percentileOf(values, 95), percentileOf(values, 100)]).toEqual([
      50, 95, 100,
    ]);
  });
});
