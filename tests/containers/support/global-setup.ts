import type { TestProject } from 'vitest/node';
import { engineAnswers, type StackFacts, startComposeStack } from './compose-stack.ts';
import { removeStaleProjects } from './stale-projects.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The stack that all container tests share, or why there is none. */
    containers: StackFacts | { readonly skipped: string };
  }
}

/**
 * Who is believed about where a request comes from: the tests, which stand where a load balancer would. Through Docker's
 * published port they come from an address of one of its networks.
 */
const TRUSTED = '172.16.0.0/12 192.168.0.0/16 10.0.0.0/8';

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/**
 * Runs once before the first container test: starts the one stack that all of them share, for two cores have no room for
 * several, and ends it after the last. Where no engine answers it says so once, and every suite is skipped.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const answers = await engineAnswers();
  if (!answers.ok) {
    const skipped = `Container tests skipped: ${answers.reason}`;
    say(skipped);
    project.provide('containers', { skipped });
    return async () => {};
  }
  await removeStaleProjects();
  const begun = Date.now();
  const {
    compose: _,
    docker: __,
    down,
    ...facts
  } = await startComposeStack({
    name: 'shared',
    env: { DUET_TRUSTED_PROXIES: TRUSTED },
    scale: { inventory: 2, orders: 2 },
  });
  say(`The stack was built and healthy after ${((Date.now() - begun) / 1000).toFixed(1)} s: ${facts.url}`);
  project.provide('containers', facts);
  return down;
};
