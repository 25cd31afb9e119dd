/** Sleeps until the moment that the clock has set, and tells it when that has come. */
import { parentPort, workerData } from 'node:worker_threads';
import { monotonicMs, pacerMemoryOf } from './clock.ts';

const { signal, moment } = pacerMemoryOf(workerData as SharedArrayBuffer);

parentPort?.postMessage('ready');
for (;;) {
  const seen = Atomics.load(signal, 0);
  if (seen === -1) break;
  const left = (moment[0] as number) - monotonicMs();
  if (left <= 0) parentPort?.postMessage('now');
  // Without a new moment there is nothing more to tell, so it sleeps until there is one.
  Atomics.wait(signal, 0, seen, left <= 0 ? Number.POSITIVE_INFINITY : left);
}
