import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, readOurs } from '../../../bench/generator-accuracy.ts';
import { type BenchServer, startStallServer } from '../../../bench/generator-server.ts';

/** Two periods of the stalls after one of warm-up; `npm run bench:generator` is the same at full size. */
const RUN = { rate: 1_000, warmUpSeconds: 2, seconds: 4 };

let server: BenchServer;
beforeAll(async () => {
  server = await startStallServer({ serviceMs: 100, stallMs: 200, everyMs: 2_000 });
});
afterAll(() => server.stop());

describe('accuracy of the generator', () => {
  // Two processes and this one share the machine with whatever else it does: a disturbed run says nothing, so it may try again,
  // and the bound is wider than the 1 % of the benchmark. A generator that forgets the requests of a stall is off by more than 40 %.
  it('When a server stalls for 200 ms every 2 s, then p50, p95 and p99 are within 5 % of what its log says', {
    retry: 4,
  }, async () => {
    const reading = await readOurs(server, RUN);
    expect(reading.truth.p95).toBeGreaterThan(200);
    expect(errorOf(reading, 'p50')).toBeLessThan(0.05);
    expect(errorOf(reading, 'p95')).toBeLessThan(0.05);
    expect(errorOf(reading, 'p99')).toBeLessThan(0.05);
  });
});
