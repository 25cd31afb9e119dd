import { resolve } from 'node:path';
import { runCommand } from './command-line.ts';
import { redriveOutbox } from './redrive-outbox.ts';
import { redriveQueue, redriveResizes } from './redrive-queue.ts';
import { type RunningStack, readRunning } from './start-lock.ts';
import { STACKS, type StackName, stackOf } from './start-options.ts';

/**
 * `npm run redrive`: gives everything that was put aside as dead another chance, and prints how
 * much that was: dead rows of both outboxes on either store, and, on the serverless stack, the messages of every
 * dead-letter queue.
 */
const HELP = `npm run redrive -- [options]

Gives everything that was put aside as dead another chance, and prints how much that was: events of both outboxes, and on
the serverless stack the messages of every dead-letter queue.

  --stack STACK   microservices or serverless (both)
  --data DIR      where the running npm start keeps its data (.duet)`;

const CONTEXTS = ['orders', 'inventory'] as const;
const QUEUES = ['reserve-stock', 'release-stock', 'settle-order'] as const;

const say = (name: StackName, what: string, count: number): void => console.log(`${name}  ${what}: ${count}`);

const redriveStack = async (name: StackName, stack: RunningStack): Promise<void> => {
  for (const context of CONTEXTS) {
    say(name, `dead events of ${context} that are due again`, await redriveOutbox(name, context, stack));
  }
  if (name !== 'serverless') return;
  for (const queue of QUEUES) {
    say(name, `dead messages that went back to ${queue}`, await redriveQueue(queue, stack.env));
  }
  say(name, 'failed resizes that run again', await redriveResizes(stack.env));
};

await runCommand({
  help: HELP,
  options: { stack: { type: 'string' }, data: { type: 'string', default: '.duet' } },
  work: async ({ stack: only, data }) => {
    const chosen = only === undefined ? STACKS : [stackOf(only)];
    const running = readRunning(resolve(data));
    if (!running) {
      console.error(`Nothing runs on ${data}: npm start first.`);
      return 1;
    }
    for (const name of chosen) {
      const stack = running.stacks[name];
      if (stack) await redriveStack(name, stack);
    }
    return 0;
  },
});
