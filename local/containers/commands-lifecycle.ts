import { UsageError } from '../command-line.ts';
import { defineCommand, type StackCommand } from './commands.ts';
import { durationOf, seconds } from './duration.ts';
import type { Counts } from './replicas.ts';

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;

const up = defineCommand({
  usage: 'up [--no-build] [--timeout 5m]',
  summary: 'Builds the images, starts the stack, and waits until all of it is healthy',
  details: `  --build          builds first (so it is unless --no-build is given)
  --no-build       starts from the images that there are
  --timeout 5m     longest wait for health, after the build`,
  options: {
    build: { type: 'boolean', default: true },
    'no-build': flag,
    timeout: { ...text, default: '5m' },
  },
  work: async ({ 'no-build': noBuild, timeout }, _, { stack }) => {
    const timeoutMs = durationOf('timeout', timeout);
    const opened = await stack();
    await opened.up({ build: !noBuild, timeoutMs });
    console.log(await opened.urls());
    return 0;
  },
});

const down = defineCommand({
  usage: 'down [--volumes]',
  summary: 'Stops the stack and removes its containers; the data is kept',
  details: '  --volumes        removes the data too: databases, photos and secrets',
  options: { volumes: flag },
  work: async ({ volumes }, _, { stack }) => {
    await (await stack()).down(volumes);
    return 0;
  },
});

/** Reads `orders=3 inventory=2`. */
const countsOf = (args: readonly string[]): Counts =>
  Object.fromEntries(
    args.map((arg) => {
      const [, service, count] = /^([^=]+)=(\d{1,3})$/.exec(arg) ?? [];
      if (service === undefined || Number(count) < 1)
        throw new UsageError(`"${arg}" is not SERVICE=N with N from 1, like orders=3.`);
      return [service, Number(count)];
    }),
  );

const scale = defineCommand({
  usage: 'scale SERVICE=N...',
  summary: 'Sets how many replicas auth, inventory or orders have, and waits until the new ones serve',
  options: {},
  least: 1,
  most: 3,
  work: async (_, args, { stack }) => {
    const counts = countsOf(args);
    const start = Date.now();
    const scaled = await (await stack()).scale(counts);
    for (const { service, from, to } of scaled) console.log(`${service}  ${from} -> ${to}`);
    console.log(`Done in ${seconds(Date.now() - start)}.`);
    return 0;
  },
});

const roll = defineCommand({
  usage: 'roll SERVICE [--grace 30s] [--timeout 60s]',
  summary: 'Replaces all replicas of auth, inventory or orders, one at a time and without a failed request',
  details: `A new replica is added, from the image as it is now; when it serves, an old one drains and is removed; and so on.
Ctrl-C ends it before the next replica.

  --grace 30s      from SIGTERM to SIGKILL
  --timeout 60s    longest wait for a new replica to serve`,
  options: { grace: { ...text, default: '30s' }, timeout: { ...text, default: '60s' } },
  least: 1,
  work: async ({ grace, timeout }, [service = ''], { stack, signal }) => {
    const graceSeconds = Math.ceil(durationOf('grace', grace) / 1000);
    const withinMs = durationOf('timeout', timeout);
    const start = Date.now();
    const done = await (await stack()).roll(service, {
      graceSeconds,
      withinMs,
      signal: signal(),
      onReplaced: ({ removed, added, readyMs, drainMs, exitCode }) =>
        console.log(
          `${removed} -> ${added}  served after ${seconds(readyMs)}; drained in ${seconds(drainMs)}, exit code ${exitCode ?? 'unknown'}`,
        ),
    });
    console.log(`${done.length} replicas replaced in ${seconds(Date.now() - start)}.`);
    return done.every(({ exitCode }) => exitCode === 0) ? 0 : 1;
  },
});

/** Commands that change what runs. */
export const lifecycle: Readonly<Record<string, StackCommand>> = { up, down, scale, roll };
