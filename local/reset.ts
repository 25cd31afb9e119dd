import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand } from './command-line.ts';
import { readRunning } from './start-lock.ts';

/** What the start makes in its data directory. Nothing else is ever removed. */
const OURS =
  /^(postgres(\.new-\d+)?|cloud|tables|photos|logs|running\.json(\.\d+(\.stale)?)?|(microservices|serverless)-(postgres|dynamodb)\.json(\.part)?)$/;

const HELP = `npm run reset -- [options]

Removes the data of both stacks. Refuses while they run.

  --data DIR   where npm start kept the data (.duet)`;

/** `npm run reset`: removes the data of both stacks. Returns the exit code. */
const reset = (data: string): number => {
  const running = readRunning(data);
  if (running) {
    console.error(`Duet runs on ${data} (process ${running.pid}). Stop it with Ctrl-C there first.`);
    return 1;
  }
  if (!existsSync(data)) {
    console.log(`There is no data in ${data}.`);
    return 0;
  }
  const names = readdirSync(data);
  for (const name of names.filter((name) => OURS.test(name))) rmSync(join(data, name), { recursive: true });
  const others = names.filter((name) => !OURS.test(name));
  if (others.length === 0) rmdirSync(data);
  else console.log(`Not Duet's, and left alone: ${others.join(', ')}`);
  console.log(`Removed the data in ${data}. The next npm start begins anew.`);
  return 0;
};

await runCommand({
  help: HELP,
  options: { data: { type: 'string', default: '.duet' } },
  work: ({ data }) => reset(resolve(data)),
});
