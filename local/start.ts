import { resolve } from 'node:path';
import { UsageError } from './command-line.ts';
import { makeProgress } from './progress.ts';
import { seedStack } from './seed/seed-stack.ts';
import { portsFor, startStacks } from './stacks.ts';
import { makeKeeper } from './stacks-keeper.ts';
import { type Administrator, makeAdministrator } from './start-administrator.ts';
import { type Lock, type RunningStack, StartError, takeLock } from './start-lock.ts';
import { HELP, readOptions, type StackName, type StartOptions } from './start-options.ts';
import { claimPorts } from './start-ports.ts';
import { openState } from './start-state.ts';
import { summary } from './start-summary.ts';
import { followFunctions } from './start-table.ts';

/** `npm start`: both stacks on this machine, until Ctrl-C. `npm start -- --help` lists the options. */

/** A report with the log lines in it, short enough to read: they are whole in the log. */
const brief = (text: string): string => {
  const lines = text.split('\n').map((line) => (line.length > 300 ? `${line.slice(0, 299)}…` : line));
  return lines.length > 8 ? [lines[0], '…', ...lines.slice(-6)].join('\n') : lines.join('\n');
};

// Whoever started it and read what it says may be gone: that must not keep it from stopping in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const progress = makeProgress(process.stdout);
const keeper = makeKeeper({ print: (text) => progress.print(brief(text)) });
let lock: Lock | undefined;
let asked = false;

/** Makes the administrator of a stack and returns it, unless one was shown before. */
const newAdministrator = async (name: StackName, stack: RunningStack, data: string) => {
  const state = openState(data, name, stack.store);
  if (state.read().announced) return undefined;
  // A start that was killed before it showed the password has taken the address: the next one is free.
  for (let number = 1; ; number += 1) {
    const email = `admin${number === 1 ? '' : `-${number}`}@duet.example`;
    const made = await makeAdministrator(name, stack, email);
    if (made !== 'taken') return made;
  }
};

const seed = async (name: StackName, stack: RunningStack, data: string): Promise<void> => {
  const state = openState(data, name, stack.store);
  if (state.read().seeded) return;
  const step = progress.step(`catalogue, ${name}`);
  try {
    await seedStack(name, stack, state, (done, of) => step.tell(`${done} of ${of}`));
    step.done('12 products with photos');
  } catch (error) {
    if (!asked) step.failed(`${(error as Error).message} It goes on at the next start.`);
  }
};

const run = async (options: StartOptions): Promise<void> => {
  const startedAt = performance.now();
  const data = resolve(options.data);
  lock = takeLock(data);
  const ports = await claimPorts(portsFor(options), options.ports, options.freePorts);
  const running = { ...(await startStacks({ ...options, data, ports, progress, keeper })) };
  if (asked) return;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const names = options.stacks;
  const administrators = new Map<StackName, Administrator>();
  for (const name of names) {
    const stack = running[name];
    const made = stack && (await newAdministrator(name, stack, data));
    if (made) administrators.set(name, made);
  }
  // Before it is said: who reads that it is ready may ask at once where.
  lock.update(running);
  progress.print(
    `\nReady after ${seconds} s.\n\n${summary(running, administrators)}\n\nCtrl-C stops it; the data is kept in ${data}.\n`,
  );
  if (options.watch && running.serverless) progress.below(followFunctions(ports.metrics));
  for (const name of administrators.keys()) {
    const state = openState(data, name, options.stores[name]);
    state.write({ ...state.read(), announced: true });
  }
  await Promise.all(
    names.map(async (name) => {
      const stack = running[name];
      if (!stack) return;
      if (options.seed) await seed(name, stack, data);
      running[name] = { ...stack, seeded: true };
      if (!asked) lock?.update(running);
    }),
  );
};

const stop = async (code: number): Promise<never> => {
  if (asked) process.exit(code);
  asked = true;
  progress.end();
  process.stdout.write('\nStopping.\n');
  await keeper.stop();
  lock?.release();
  process.exit(code);
};

/** How the shell tells of a signal: 128 and its number. Ctrl-C is the ordinary end. */
const CODES = { SIGINT: 0, SIGTERM: 143, SIGHUP: 129 } as const;
for (const [signal, code] of Object.entries(CODES)) process.on(signal, () => void stop(code));

try {
  const options = readOptions(process.argv.slice(2));
  if (options) await run(options);
  else console.log(HELP);
} catch (error) {
  if (!asked) {
    progress.end();
    const expected = error instanceof UsageError || error instanceof StartError;
    console.error(expected ? error.message : `\nIt did not start: ${brief((error as Error).message)}`);
    await keeper.stop();
    lock?.release();
    process.exit(expected ? 2 : 1);
  }
}
