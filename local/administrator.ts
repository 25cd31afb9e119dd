import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeAdministrator } from './start-administrator.ts';
import { readRunning } from './start-lock.ts';
import { STACKS } from './start-options.ts';

/**
 * `npm run administrator -- EMAIL [--stack NAME] [--data DIR] [--json]`: makes an administrator on the running stacks, with a
 * random password that is printed this once.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stack: { type: 'string' },
    data: { type: 'string', default: '.duet' },
    json: { type: 'boolean', default: false },
  },
});

const fail = (message: string): never => {
  console.error(message);
  process.exit(1);
};

const [email] = positionals;
if (email === undefined) fail('Usage: npm run administrator -- EMAIL [--stack microservices|serverless]');
const running = readRunning(resolve(values.data)) ?? fail(`Nothing runs on ${values.data}: npm start first.`);
for (const name of STACKS) {
  const stack = running.stacks[name];
  if (!stack || (values.stack !== undefined && values.stack !== name)) continue;
  const made = await makeAdministrator(name, stack, email as string);
  if (made === 'taken') fail(`${email} has an account on the ${name} already.`);
  else
    console.log(
      values.json ? JSON.stringify({ stack: name, ...made }) : `${name}  ${made.email}  ${made.password}`,
    );
}
