/** The least that node:http can do: what a generator's own capacity is measured against. */
import { createServer } from 'node:http';

const server = createServer((_, response) => {
  response.end('ok');
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
