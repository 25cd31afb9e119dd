import { environment } from '@duet/shared/kernel/config.ts';
import { startStacksServer } from './stacks-server.ts';

/**
 * The server of stacks as a process of its own: it outlives whoever started it by as long as it takes to stop every
 * stack, also when that one was killed. Sends its URL to its starter.
 */
const server = await startStacksServer({ keep: environment()['KEEP_STACK_DATA'] === '1' });
const stop = (): void => {
  server.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error}\n`);
      process.exit(1);
    },
  );
};
process.once('disconnect', stop);
// Ctrl-C reaches every process of the terminal: who started this one says when it is over.
process.on('SIGINT', () => {});
process.send?.(server.url);
