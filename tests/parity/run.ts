import { runCommand, UsageError } from '../../local/command-line.ts';
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

const numberOf = (option: string, value: string): number => {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UsageError(`--${option} is a whole number above 0, not "${value}".`);
};

const stackOf = (option: string, value: string): Combination => {
  const stack = COMBINATIONS.find((known) => known === value);
  if (stack) return stack;
  throw new UsageError(`--${option} is one of ${COMBINATIONS.join(', ')}, not "${value}".`);
};

const run = async (names: readonly Combination[], steps: number, seed: number): Promise<boolean> => {
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

const text = (usual: string) => ({ type: 'string', default: usual }) as const;

await runCommand({
  help: USAGE,
  options: {
    steps: text('5000'),
    seed: text(String(1 + (Date.now() % 1_000_000))),
    left: text('microservices-postgres'),
    right: text('serverless-dynamodb'),
  },
  work: async ({ steps, seed, left, right }) => {
    const names = [stackOf('left', left), stackOf('right', right)];
    return (await run(names, numberOf('steps', steps), numberOf('seed', seed))) ? 0 : 1;
  },
});
