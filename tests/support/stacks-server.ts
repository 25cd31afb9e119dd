import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTestPostgres } from './postgres.ts';
import { type Stack, startStack } from './stack.ts';
import { COMBINATIONS, type Combination, type PartName } from './stack-names.ts';

/** Serves stacks to the processes of a test run. */
export type StacksServer = {
  /** `GET {url}/{combination}`, and `POST {url}/{combination}/{part}/kill` or `/restart`. */
  readonly url: string;
  /** Stops every stack that was started, and removes its data. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts stacks when a test first asks for them, and keeps them for the tests that come later: a test run starts each
 * stack that it needs once. A stack that does not start is told to whoever asks, with its last lines.
 *
 * @param keep leaves the data where it is, for a look at the logs
 */
export const startStacksServer = async ({ keep = false } = {}): Promise<StacksServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'duet-stacks-'));
  const postgres = makeTestPostgres(join(dir, 'pg'));
  const stacks = new Map<Combination, Promise<Stack>>();
  // Two at once would write the same bundles.
  let building: Promise<unknown> = Promise.resolve();

  const begin = (name: Combination): Promise<Stack> => {
    const start = () => startStack(name, { dir: join(dir, name), postgres });
    if (name.startsWith('microservices')) return start();
    const turn = building.then(start, start);
    building = turn.catch(() => {});
    return turn;
  };
  const stackOf = (name: Combination): Promise<Stack> => {
    const known = stacks.get(name) ?? begin(name);
    stacks.set(name, known);
    return known;
  };

  const respond = async (req: IncomingMessage): Promise<unknown> => {
    const [, name, part, action] = (req.url ?? '').split('/');
    const combination = COMBINATIONS.find((known) => known === name);
    if (!combination) throw new Error(`There is no combination ${name}`);
    const stack = await stackOf(combination);
    if (req.method === 'GET') return stack.running;
    if (action === 'kill') await stack.kill(part as PartName);
    else if (action === 'restart') await stack.restart(part as PartName);
    else throw new Error(`There is no action ${action}`);
    return { pid: stack.pid(part as PartName) };
  };
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    try {
      res.end(JSON.stringify(await respond(req)));
    } catch (error) {
      res.writeHead(500).end(error instanceof Error ? error.stack : String(error));
    }
  };
  const server = createServer((req, res) => void serve(req, res));
  // A stack takes longer to start than Node lets a request wait.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      const started = await Promise.allSettled(stacks.values());
      await Promise.allSettled(
        started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)),
      );
      await postgres.part.stop();
      if (!keep) await rm(dir, { recursive: true, force: true });
      else process.stderr.write(`The data of the stacks was kept in ${dir}\n`);
    },
  };
};
