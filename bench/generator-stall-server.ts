/**
 * A server whose slowness is known: every request takes SERVICE_MS by a timer, and every STALL_EVERY_MS the whole process
 * stands still for STALL_MS, as in a long collection of garbage. It says over IPC what it did, by the machine's monotonic
 * clock: when it stalled, and when it took and answered each request.
 */
import { createServer } from 'node:http';
import { monotonicMs } from '../compare/generator/pacer-memory.ts';
import { environment } from '../shared/kernel/config.ts';
import type { StallLog } from './generator-truth.ts';

const env = environment();
const serviceMs = Number(env['SERVICE_MS']);
const stallMs = Number(env['STALL_MS']);
const everyMs = Number(env['STALL_EVERY_MS']);

let log: { stalls: [number, number][]; taken: number[]; answered: number[] } = {
  stalls: [],
  taken: [],
  answered: [],
};
const cell = new Int32Array(new SharedArrayBuffer(4));

const stall = (): void => {
  const from = monotonicMs();
  // Blocks this thread without using the CPU, which the generator may need.
  Atomics.wait(cell, 0, 0, stallMs);
  log.stalls.push([from, monotonicMs()]);
};

const start = monotonicMs();
const stallAgain = (count: number): void => {
  setTimeout(
    () => {
      stall();
      stallAgain(count + 1);
    },
    Math.max(1, start + count * everyMs - monotonicMs()),
  );
};
if (stallMs > 0) stallAgain(1);

const server = createServer((_, response) => {
  const taken = monotonicMs();
  setTimeout(() => {
    response.end('ok');
    log.taken.push(taken);
    log.answered.push(monotonicMs());
  }, serviceMs);
});

process.on('message', () => {
  const said: StallLog = log;
  log = { stalls: [], taken: [], answered: [] };
  process.send?.(said);
});
// Connections that only a stall needs are kept until the next one.
server.keepAliveTimeout = 60_000;
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
