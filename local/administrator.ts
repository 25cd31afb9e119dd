import { resolve } from 'node:path';
import { runCommand, UsageError } from './command-line.ts';
import { makeAdministrator } from './start-administrator.ts';
import { readRunning } from './start-lock.ts';
import { STACKS, stackOf } from './start-options.ts';

const HELP = `npm run administrator -- EMAIL [options]

Makes an administrator on the running stacks, with a random password that is shown this once.

  --stack STACK   microservices or serverless (both)
  --data DIR      where the running npm start keeps its data (.duet)
  --json          one line of JSON for each stack`;

/** `npm run administrator`: makes an administrator on the running stacks, with a random password that is printed this once. */
await runCommand({
  help: HELP,
  options: {
    stack: { type: 'string' },
    data: { type: 'string', default: '.duet' },
    json: { type: 'boolean', default: false },
  },
  most: 1,
  work: async ({ stack: only, data, json }, [email]) => {
    if (email === undefined) throw new UsageError('The e-mail address is missing.');
    const chosen = only === undefined ? STACKS : [stackOf(only)];
    const running = readRunning(resolve(data));
    if (!running) {
      console.error(`Nothing runs on ${data}: npm start first.`);
      return 1;
    }
    for (const name of chosen) {
      const stack = running.stacks[name];
      if (!stack) continue;
      const made = await makeAdministrator(name, stack, email);
      if (made === 'taken') {
        console.error(`${email} has an account on the ${name} already.`);
        return 1;
      }
      console.log(
        json ? JSON.stringify({ stack: name, ...made }) : `${name}  ${made.email}  ${made.password}`,
      );
    }
    return 0;
  },
});
