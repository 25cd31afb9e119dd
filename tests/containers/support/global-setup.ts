import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { engineAnswers, type StackFacts } from './compose-stack.ts';
import type { KeeperMessage } from './stack-keeper-child.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The stack that all container tests share, or why there is none. */
    containers: StackFacts | { readonly skipped: string };
  }
}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/**
 * Runs once before the first container test: has the one stack started that all of them share, for two cores have no room
 * for several, and ended after the last. Where no engine answers it says so once, and every suite is skipped.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const answers = await engineAnswers();
  if (!answers.ok) {
    const skipped = `Container tests skipped: ${answers.reason}`;
    say(skipped);
    project.provide('containers', { skipped });
    return async () => {};
  }
  const begun = Date.now();
  // In a group of its own: Ctrl-C would end the very commands that clean up.
  const keeper = fork(join(import.meta.dirname, 'stack-keeper-child.ts'), { execArgv: [], detached: true });
  const exited = once(keeper, 'exit');
  const ended = exited.then(([code]) => Promise.reject(new Error(`What keeps the stack ended with ${code}`)));
  ended.catch(() => {});
  const stop = async (): Promise<void> => {
    keeper.disconnect();
    await exited;
  };
  const [told] = (await Promise.race([once(keeper, 'message'), ended])) as [KeeperMessage];
  if ('failed' in told) {
    await stop();
    throw new Error(told.failed);
  }
  const { facts } = told;
  say(`The stack was built and healthy after ${((Date.now() - begun) / 1000).toFixed(1)} s: ${facts.url}`);
  project.provide('containers', facts);
  return stop;
};
