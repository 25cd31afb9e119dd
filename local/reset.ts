import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readRunning } from './start-lock.ts';

/** What the start makes in its data directory. Nothing else is ever removed. */
const OURS =
  /^(postgres(\.new-\d+)?|cloud|tables|photos|logs|running\.json(\.\d+(\.stale)?)?|(microservices|serverless)-(postgres|dynamodb)\.json(\.part)?)$/;

/** `npm run reset [-- --data DIR]`: removes the data of both stacks. Refuses while they run. */
const { values } = parseArgs({ options: { data: { type: 'string', default: '.duet' } } });
const data = resolve(values.data);
const running = readRunning(data);
if (running) {
  console.error(`Duet runs on ${data} (process ${running.pid}). Stop it with Ctrl-C there first.`);
  process.exitCode = 1;
} else if (existsSync(data)) {
  const names = readdirSync(data);
  for (const name of names.filter((name) => OURS.test(name))) rmSync(join(data, name), { recursive: true });
  const others = names.filter((name) => !OURS.test(name));
  if (others.length === 0) rmdirSync(data);
  else console.log(`Not Duet's, and left alone: ${others.join(', ')}`);
  console.log(`Removed the data in ${data}. The next npm start begins anew.`);
} else {
  console.log(`There is no data in ${data}.`);
}
