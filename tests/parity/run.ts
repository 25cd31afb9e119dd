import { parseArgs } from 'node:util';
import { openStack } from '../support/stack-client.ts';
import { COMBINATIONS, type Combination } from '../support/stack-names.ts';
import { startStacksServer } from '../support/stacks-server.ts';
import { makeHttpWire } from '../support/wire.ts';
import { compareShops } from './parity.ts';

const USAGE = `npm run parity -- [options]

Takes the same random steps on two stacks and compares what a client sees of each, and the state after it.

  --steps N        how many steps, on each (5000)
  --seed N         which steps: a difference names the seed that shows it again (the time of day)
  --left STACK     one stack (microservices-postgres)
  --right STACK    the other (serverless-dynamodb)

A STACK is one of ${COMBINATIONS.join(', ')}.`;

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { steps: text, seed: text, left: text, right: text, help: { type: 'boolean', short: 'h' } },
});

const fail = (message: string): never => {
  console.error(message);
  process.exit(2);
};

const numberOf = (name: 'steps' | 'seed', usual: number): number => {
  const value = Number(values[name] ?? usual);
  return Number.isInteger(value) && value > 0 ? value : fail(`--${name} is a whole number above 0.`);
};

const stackOf = (name: 'left' | 'right', usual: Combination): Combination =>
  COMBINATIONS.find((known) => known === (values[name] ?? usual)) ??
  fail(`--${name} is one of ${COMBINATIONS.join(', ')}.`);

const run = async (): Promise<boolean> => {
  const steps = numberOf('steps', 5000);
  const seed = numberOf('seed', Date.now() % 1_000_000);
  const names = [stackOf('left', 'microservices-postgres'), stackOf('right', 'serverless-dynamodb')] as const;
  const server = await startStacksServer();
  const { wire, close } = makeHttpWire();
  const stop = async (): Promise<void> => {
    close();
    await server.stop();
  };
  process.once('SIGINT', () => void stop().then(() => process.exit(130)));
  try {
    const [left, right] = await Promise.all(names.map((name) => openStack(server.url, name, wire)));
    if (!left || !right) throw new Error('two stacks were asked for');
    console.log(`${left.shop.name} and ${right.shop.name}: ${steps} steps, seed ${seed}`);
    const startedAt = Date.now();
    const progress = (taken: number): void => {
      if (taken % 500 === 0) console.log(`${taken} steps, ${Math.round((Date.now() - startedAt) / 1000)} s`);
    };
    const result = await compareShops({ left: left.shop, right: right.shop, steps, seed, progress });
    console.log(result.difference ?? `${result.steps} steps in ${result.runs} runs: identical traces.`);
    return result.difference === undefined;
  } finally {
    await stop();
  }
};

if (values.help) console.log(USAGE);
else process.exitCode = (await run()) ? 0 : 1;
