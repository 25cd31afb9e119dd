/** A Lambda runtime for tests: the Invoke API over plain functions. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that arrived: the function's name, its event, and when. */
type Call = { readonly name: string; readonly event: unknown; readonly at: number };

/** Thrown by a function of a fake runtime: the call is answered 429. */
export const THROTTLED = new Error('throttled');

/** Gives the answer of a function, or throws for a function error. */
export type FakeFunction = (event: never) => unknown;

/** The running runtime. `calls` grows; `functions` may be changed while it runs. */
export type FakeRuntime = {
  readonly url: string;
  readonly port: number;
  readonly calls: Call[];
  readonly functions: Record<string, FakeFunction>;
  /** Calls of one function so far. */
  readonly of: (name: string) => Call[];
  readonly close: () => Promise<void>;
};

const read = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

/** Starts it; the functions are named as on the Invoke API, `service-stage-key`. `port` 0 takes a free one. */
export const startRuntime = async (
  functions: Record<string, FakeFunction>,
  port = 0,
): Promise<FakeRuntime> => {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '')?.[1] ?? '';
    const run = async (): Promise<void> => {
      const event: unknown = JSON.parse((await read(request)) || 'null');
      const fn = functions[name];
      if (!fn) {
        response.writeHead(404).end(JSON.stringify({ Message: `Function not found: ${name}` }));
        return;
      }
      calls.push({ name, event, at: performance.now() });
      try {
        response.end(JSON.stringify((await fn(event as never)) ?? null));
      } catch (error) {
        if (error === THROTTLED) {
          response.writeHead(429).end('{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}');
          return;
        }
        response.setHeader('X-Amz-Function-Error', 'Unhandled');
        response.end(JSON.stringify({ errorType: 'Error', errorMessage: String(error), trace: [] }));
      }
    };
    run().catch(() => response.destroy());
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    calls,
    functions,
    of: (name) => calls.filter((call) => call.name === name),
    close: async () => {
      const { promise: closed, resolve: done } = Promise.withResolvers<void>();
      server.close(() => done());
      server.closeAllConnections();
      await closed;
    },
  };
};
