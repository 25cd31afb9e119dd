import { asFault } from './errors.ts';
import { runStack } from './run-stack.ts';

// Who reads has had enough, as in `| head`.
process.stdout.on('error', (error) => {
  if (asFault(error).code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runStack(process.argv.slice(2));
