import { testThroughput } from './closed-loop.ts';
import { type Asked, HELP, readCommandLine } from './command-line.ts';
import type { Found } from './find-stacks.ts';
import { compareJourney } from './journey-command.ts';
import { testLoad } from './load-test.ts';
import { UsageError } from './options.ts';

/** `npm run compare`: the journey through both stacks, then both under load. `npm run compare -- --help` lists the options. */

const say = (text: string): void => console.log(text);
const stop = new AbortController();
let found: Found | undefined;

/** The command that does the same again; its values are plain, or they would not have been taken. */
const command = (args: readonly string[]): string =>
  ['npm run compare', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');

const compare = async ({ journey, load }: Asked, args: readonly string[]): Promise<number> => {
  const { signal } = stop;
  const journeyCode = journey
    ? await compareJourney(journey, say, (stacks) => {
        found = stacks;
      })
    : 0;
  signal.throwIfAborted();
  if (!load) return journeyCode;
  if (journey) say('');
  const loadCode =
    load.closedLoop === undefined
      ? await testLoad(load, { say, screen: process.stdout, signal, command: command(args) })
      : await testThroughput(load, { say, signal });
  return Math.max(journeyCode, loadCode);
};

/** How the shell tells of a signal: 128 and its number. */
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
let ended: number | undefined;
for (const [name, code] of Object.entries(CODES)) {
  process.on(name, () => {
    // Who asks twice does not wait: what runs notices that this process is gone.
    if (ended !== undefined) process.exit(code);
    ended = code;
    say('\nStopping; nothing is written.');
    stop.abort(new Error('It was told to stop.'));
    void found?.stop();
  });
}

const run = async (): Promise<number> => {
  const args = process.argv.slice(2);
  try {
    const asked = readCommandLine(args);
    if (asked) return await compare(asked, args);
    say(HELP);
    return 0;
  } catch (error) {
    if (ended !== undefined) return ended;
    console.error(
      error instanceof UsageError ? error.message : `It could not compare: ${(error as Error).message}`,
    );
    return 2;
  }
};

process.exit(await run());
