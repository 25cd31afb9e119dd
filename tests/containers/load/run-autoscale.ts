import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../support/docker.ts';
import type { SharedStack } from '../support/shared-stack.ts';
import type { Printed } from './hpa-by-hand.ts';

/** A decision and when its line came, in ms since 1970. */
export type Told = { readonly line: Printed; readonly toldAt: number };

/** Runs `npm run stack -- autoscale` with options on a service of a stack, and reads its JSON lines as they come. */
export const runAutoscale = (stack: SharedStack, service: string, options: readonly string[]) => {
  const told: Told[] = [];
  let complaints = '';
  const main = join(ROOT, 'local/containers/stack.ts');
  const args = [main, 'autoscale', service, '--json', '--project', stack.project, ...options];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Printed | { readonly failed: string };
    if ('failed' in line) complaints += line.failed;
    else told.push({ line, toldAt: Date.now() });
  });
  return {
    told: told as readonly Told[],
    /** Ends it as Ctrl-C does. @throws Error with what it complained of when it did not end in order */
    stop: async (): Promise<void> => {
      child.kill('SIGINT');
      const [code] = await exited;
      if (code !== 0) throw new Error(`autoscale ended with ${code}: ${complaints}`);
    },
  };
};
