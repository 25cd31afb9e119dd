/** A server for `bench:planted`, in a process of its own: answers each request so many ms (its argument) after it came. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const delayMs = Number(process.argv[2] ?? 0);

const server = createServer((_, response) => {
  const answer = (): void => void response.setHeader('content-type', 'application/json').end('{"ok":true}');
  if (delayMs > 0) setTimeout(answer, delayMs);
  else answer();
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.once('disconnect', () => process.exit());
