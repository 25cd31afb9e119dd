/**
 * The least that undici can do at a rate: every ms it sends what is due, and it takes nothing down. Says once, over IPC, what
 * share of a core that took. What the generator uses beyond this is its own: to be punctual, and to record.
 */
import { Client, type Dispatcher } from 'undici';
import { z } from 'zod';

const [url, rate, warmUpSeconds, seconds] = z
  .tuple([z.url(), z.coerce.number(), z.coerce.number(), z.coerce.number()])
  .parse(process.argv.slice(2));

const free: Client[] = [];
let sent = 0;
let answered = 0;

const send = (): void => {
  sent += 1;
  const client = free.pop() ?? new Client(url, { headersTimeout: 0, bodyTimeout: 0 });
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => undefined,
    onResponseStart: () => undefined,
    onResponseData: () => undefined,
    onResponseEnd: () => {
      answered += 1;
      free.push(client);
    },
    onResponseError: (_, error) => {
      throw error;
    },
  };
  client.dispatch({ method: 'GET', path: '/' }, handler);
};

const start = performance.now();
setInterval(() => {
  const due = Math.floor(((performance.now() - start) * rate) / 1_000);
  while (sent < due) send();
}, 1);

setTimeout(() => {
  const from = { cpu: process.cpuUsage(), at: performance.now(), answered };
  setTimeout(() => {
    const { user, system } = process.cpuUsage(from.cpu);
    const wall = performance.now() - from.at;
    const share = (user + system) / 1_000 / wall;
    process.send?.({ share, perSecond: (1_000 * (answered - from.answered)) / wall }, () => process.exit());
  }, seconds * 1_000);
}, warmUpSeconds * 1_000);
process.on('disconnect', () => process.exit());
