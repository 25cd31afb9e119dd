import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { redriveOutbox } from './redrive-outbox.ts';
import { redriveQueue, redriveResizes } from './redrive-queue.ts';
import { type RunningStack, readRunning } from './start-lock.ts';
import { STACKS, type StackName } from './start-options.ts';

/**
 * `npm run redrive [-- --stack NAME] [--data DIR]`: gives everything that was put aside as dead another chance, and prints how
 * much that was: dead rows of both outboxes on either store, and, on the serverless stack, the messages of every
 * dead-letter queue.
 */
const { values } = parseArgs({
  options: { stack: { type: 'string' }, data: { type: 'string', default: '.duet' } },
});

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

const running = readRunning(resolve(values.data));
const chosen = STACKS.filter((name) => values.stack === undefined || values.stack === name);
if (chosen.length === 0) {
  console.error(`There is no stack "${values.stack}": it is microservices or serverless.`);
  process.exitCode = 2;
} else if (!running) {
  console.error(`Nothing runs on ${values.data}: npm start first.`);
  process.exitCode = 1;
} else {
  for (const name of chosen) {
    const stack = running.stacks[name];
    if (stack) await redriveStack(name, stack);
  }
}
