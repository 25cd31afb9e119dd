import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests ask for stacks. */
    stacksUrl: string;
  }
}

const MAIN = fileURLToPath(new URL('./stacks-server-main.ts', import.meta.url));

/**
 * Runs once for a whole test run, before the first test. It starts no stack by itself, only the server that starts
 * them for the tests that ask. With KEEP_STACK_DATA=1 the logs are kept.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = fork(MAIN, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(server, 'exit');
  const ended = exited.then(([code]) => Promise.reject(new Error(`The server of stacks ended (${code})`)));
  const [url] = (await Promise.race([once(server, 'message'), ended])) as [string];
  ended.catch(() => {});
  project.provide('stacksUrl', url);
  return async () => {
    server.disconnect();
    await exited;
  };
};
