import type { SharedStack } from './shared-stack.ts';

/**
 * Runs a script with the Node of a container and gives what it returned. The script is the body of a function that has `fs`
 * and gives something that JSON can say.
 *
 * @param container id or name
 */
export const inContainer = async <T>(
  { docker }: SharedStack,
  container: string,
  script: string,
): Promise<T> => {
  const code = `const fs = require('node:fs'); process.stdout.write(JSON.stringify((() => { ${script} })()));`;
  return JSON.parse((await docker(['exec', container, 'node', '-e', code])).stdout) as T;
};
