#!/usr/bin/env node
/** The local Lambda runtime as a process: `node local/lambda/main.ts --help`. Prints one line of JSON when it is ready. */
import { environment } from '../../shared/kernel/config.ts';
import { UsageError } from '../command-line.ts';
import { makeEnvironments } from './environment/start.ts';
import { makeEnvironmentsDir } from './environments-dir.ts';
import { makeLogFile, makeLogStream } from './log-writer.ts';
import { HELP, type RuntimeOptions, readRuntimeOptions } from './options.ts';
import { startLambda } from './start-lambda.ts';

const say = (message: string): void => void process.stderr.write(`lambda: ${message}\n`);

const run = async (options: RuntimeOptions): Promise<void> => {
  const log = options.log === undefined ? makeLogStream(process.stdout) : makeLogFile(options.log);
  process.on('exit', log.flush);
  const { initLimitMs } = options;
  const lambda = await startLambda(options, {
    env: environment(),
    makeEnvironments: (given) => makeEnvironments({ ...given, dir: makeEnvironmentsDir(), initLimitMs }),
    log,
    tell: say,
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    lambda.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  say(`processor: ${lambda.limits.cpu}`);
  say(`memory: ${lambda.limits.memory}`);
  const { ports } = lambda;
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, ports })}\n`);
};

const fail = (error: unknown): void => {
  process.stderr.write(`lambda: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
};

try {
  const options = readRuntimeOptions(process.argv.slice(2));
  if (options) await run(options);
  else process.stdout.write(`${HELP}\n`);
} catch (error) {
  fail(error);
}
