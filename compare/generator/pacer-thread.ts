/** Sleeps until the moment that the clock has set, and tells it when that has come. */
import { parentPort, workerData } from 'node:worker_threads';
import { AFTER, monotonicMs, NEXT, pacerMemoryOf, TARGET } from './pacer-memory.ts';

const { signal, moments } = pacerMemoryOf(workerData as SharedArrayBuffer);
let rang = Number.NEGATIVE_INFINITY;

parentPort?.postMessage('ready');
for (;;) {
  const seen = Atomics.load(signal, 0);
  if (seen === -1) break;
  const now = monotonicMs();
  const next = moments[NEXT] as number;
  if (next <= now && next !== rang) {
    parentPort?.postMessage('now');
    rang = next;
  }
  // What comes after what has rung is known already, so that the clock need not wake this thread only to have it sleep again.
  // When that has come too, the clock is still at work: it will wake this thread when it has set another one.
  const wanted = next === rang ? (moments[AFTER] as number) : next;
  const target = wanted > now ? wanted : Number.POSITIVE_INFINITY;
  // Written before the signal is looked at again, which waiting does: either the clock sees it, or its change is seen here.
  moments[TARGET] = target;
  Atomics.wait(signal, 0, seen, target - now);
}
