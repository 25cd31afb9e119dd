import { makeEnvironments } from '../../../local/lambda/environment/start.ts';
import type { LambdaFunction } from '../../../local/lambda/types.ts';
import { invocation } from './lab.ts';

/**
 * A runtime in a process of its own: `node environment-child.ts DIR CGROUPS FUNCTION...`, functions as JSON. It prints the ids
 * of all processes, the guardian's is not among them, and stays. Environments of a function that is called "frozen" have been
 * invoked; in one called "running" an invocation goes on; one called "starting" hangs in its INIT.
 */
const [dir = '', cgroups, ...functions] = process.argv.slice(2);
const environments = await makeEnvironments({
  region: 'eu-west-1',
  dir,
  cgroups: cgroups === 'true',
  onLog: (_fn, line) => void process.stderr.write(`${line}\n`),
});
const pids: number[] = [];
for (const text of functions) {
  const fn: LambdaFunction = JSON.parse(text);
  const environment = environments.start(fn);
  pids.push(Number(environment.pid));
  if (fn.name === 'starting') continue;
  const answered = environment.invoke(invocation({ isRunning: fn.name === 'running' }));
  if (fn.name === 'frozen') {
    const { outcome } = await answered;
    if (outcome.ok) pids.push(...(JSON.parse(outcome.payload) as number[]));
  } else await environment.initialised;
}
process.stdout.write(`${JSON.stringify(pids)}\n`);
setInterval(() => {}, 60_000);
