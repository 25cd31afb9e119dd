import { readCommandLine, UsageError } from '../command-line.ts';
import { COMMON, COMMON_HELP, type StackCommand } from './commands.ts';
import { disturb } from './commands-disturb.ts';
import { lifecycle } from './commands-lifecycle.ts';
import { watch } from './commands-watch.ts';
import { engineFault } from './engine.ts';
import { StackError } from './errors.ts';

/** All commands, by their names. */
export const COMMANDS: Readonly<Record<string, StackCommand>> = { ...lifecycle, ...watch, ...disturb };

const HELP = `npm run stack -- COMMAND [options]

The microservices in containers: starts, shows, scales, rolls, breaks and heals the stack of docker-compose.yml.

${Object.values(COMMANDS)
  .map(({ usage, summary }) => `  ${usage}\n      ${summary}.`)
  .join('\n')}

Every command has --help, and

${COMMON_HELP}

DUET_PORT and DUET_STATS_PORT are the ports on 127.0.0.1 that up publishes (8080 and 8404). DOCKER_HOST names the engine.`;

/**
 * `npm run stack`: exit code 0, 1 with one line for what is wrong with the stack, 2 with one line for what it cannot
 * understand.
 */
export const runStack = async ([name = '--help', ...args]: readonly string[]): Promise<number> => {
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command) return await command.run(args);
    if (!name.startsWith('-'))
      throw new UsageError(`There is no command "${name}": there are ${Object.keys(COMMANDS).join(', ')}.`);
    if (readCommandLine([name, ...args], COMMON, 99)) throw new UsageError('The command comes first.');
    console.log(HELP);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message} --help shows what there is.`);
      return 2;
    }
    const fault = error instanceof StackError ? error : engineFault(error);
    if (!fault) throw error;
    console.error(fault.message);
    return 1;
  }
};
