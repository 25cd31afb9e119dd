import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, UsageError } from './command-line.ts';
import { makeRecorder } from './record/record-line.ts';
import { readRunning } from './start-lock.ts';

const HELP = `node local/record.ts [options]

Prints a line of JSON each second of what the running stacks know of themselves, until Ctrl-C or until they end:

  at          ms since 1970
  processes   by kind: name, component (gateway, service, store or other), instances, cpuSeconds since the start with those of
              processes that have ended, memoryBytes (resident, what processes share counted once)
  stacks      for each: lambda (environments and those that are busy now; by whole second: most that were busy, invocations,
              cold starts, throttles, errors, billed GB-seconds), queues, and the outbox of each context

  --data DIR      where the running npm start keeps its data (.duet)
  --every MS      from one line to the next; whole seconds fall on the clock's (1000)
  --for S         ends after so many seconds

What cannot be asked is null. Without /proc (macOS) the CPU time of processes that have ended is missing.`;

const numberOf = (option: string, text: string, least: number): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  throw new UsageError(`--${option} is a number from ${least}, not "${text}".`);
};

// Who reads has had enough, as in `| head`.
process.stdout.on('error', () => process.exit(0));

/** `node local/record.ts`: what the stacks know of themselves, a line each second. */
await runCommand({
  help: HELP,
  options: {
    data: { type: 'string', default: '.duet' },
    every: { type: 'string', default: '1000' },
    for: { type: 'string' },
  },
  work: async ({ data, every, for: lasting }) => {
    const everyMs = numberOf('every', every, 100);
    const endsAt = lasting === undefined ? undefined : Date.now() + numberOf('for', lasting, 0) * 1_000;
    const running = readRunning(resolve(data));
    if (!running) {
      console.error(`Nothing runs on ${data}: npm start first.`);
      return 1;
    }
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const recorder = makeRecorder(running);
    const isOver = (): boolean => stop.signal.aborted || (endsAt !== undefined && Date.now() > endsAt);
    while (!isOver()) {
      const line = await recorder.take();
      if (line.processes.length === 0) break;
      process.stdout.write(`${JSON.stringify(line)}\n`);
      const now = Date.now();
      await sleep(everyMs - (now % everyMs), undefined, { signal: stop.signal }).catch(() => {});
    }
    await recorder.close();
    return 0;
  },
});
