import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { temporaryFolder } from '../local/temporary-folder.ts';

/** URL of each context's database. */
export type DatabaseUrls = { readonly auth: string; readonly inventory: string; readonly orders: string };

declare module 'vitest' {
  interface ProvidedContext {
    postgres: DatabaseUrls;
  }
}

/**
 * Starts one PostgreSQL for all suites of stores; tests get its URLs with `inject('postgres')`. In a process of its own:
 * vitest runs this module with a loader in which the server's package cannot be found.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const dataDir = temporaryFolder();
  const server = fork(join(import.meta.dirname, 'postgres-server.ts'), [dataDir], { execArgv: [] });
  const exited = once(server, 'exit');
  const failed = exited.then(([code]) => {
    throw new Error(`PostgreSQL for the tests ended with ${code} before it was ready; see above.`);
  });
  const [urls] = await Promise.race([once(server, 'message'), failed]);
  failed.catch(() => {});
  project.provide('postgres', urls as DatabaseUrls);
  return async () => {
    server.disconnect();
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };
};
