import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Component } from '../results/run-record.ts';
import { processesNamed } from './proc.ts';
import type { KindSample, Sample, Watch } from './types.ts';
import { watchProcess } from './watch-process.ts';

const STACK = fileURLToPath(new URL('../../local/containers/stack.ts', import.meta.url));

/** A line of `npm run stack -- record`: a container at an instant. */
const Line = z.object({
  time: z.iso.datetime(),
  service: z.string(),
  container: z.string(),
  state: z.string(),
  replicas: z.int(),
  cpuSeconds: z.number().nullable(),
  memoryBytes: z.number().nullable(),
});
type Line = z.output<typeof Line>;

const COMPONENTS: Readonly<Record<string, Component>> = {
  gateway: 'gateway',
  auth: 'service',
  inventory: 'service',
  orders: 'service',
  postgres: 'store',
};

/** The programs of a Docker Engine on Linux: what they use is part of the run, and of nothing that is compared. */
const ENGINE = new Set(['dockerd', 'containerd', 'containerd-shim', 'docker-proxy']);

/**
 * Makes samples of the lines of `npm run stack -- record`: those of the same time are one. What a container has used that is no
 * more stays counted.
 */
export const makeComposeReader = () => {
  let group: Line[] = [];
  const used = new Map<
    string,
    { readonly service: string; readonly seconds: number; readonly ended: number }
  >();

  const sampleOf = (lines: readonly Line[]): Sample | undefined => {
    const [first] = lines;
    if (!first) return undefined;
    for (const { container, service, cpuSeconds } of lines) {
      if (cpuSeconds === null) continue;
      const { seconds = 0, ended = 0 } = used.get(container) ?? {};
      // It was started anew.
      const before = cpuSeconds < seconds ? ended + seconds : ended;
      used.set(container, { service, seconds: cpuSeconds, ended: before });
    }
    const services = Map.groupBy(lines, ({ service }) => service);
    const kinds = [...services].map(
      ([service, own]): KindSample => ({
        name: service,
        component: COMPONENTS[service] ?? 'other',
        instances: own[0]?.replicas ?? 0,
        cpuSeconds: [...used.values()]
          .filter((one) => one.service === service)
          .reduce((sum, { seconds, ended }) => sum + seconds + ended, 0),
        memoryBytes: own.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0),
      }),
    );
    const replicas = kinds.filter(({ component }) => component === 'service');
    return {
      at: Date.parse(first.time),
      kinds,
      now: { instances: replicas.reduce((sum, { instances }) => sum + instances, 0) },
      seconds: new Map(),
    };
  };
  const flush = (): Sample | undefined => {
    const lines = group;
    group = [];
    return sampleOf(lines);
  };
  return {
    line: (text: string): Sample | undefined => {
      const line = Line.parse(JSON.parse(text));
      const whole = group[0] && group[0].time !== line.time ? flush() : undefined;
      group.push(line);
      return whole;
    },
    end: flush,
  };
};

/**
 * Watches a stack in containers.
 *
 * @param pids processes of the run that the target has started beside the stack
 */
export const watchCompose = (project: string, logDir: string, pids: () => readonly number[]): Watch => {
  const engine = processesNamed(ENGINE);
  return watchProcess({
    name: 'record',
    args: [STACK, 'record', '--project', project],
    logDir,
    reader: makeComposeReader,
    others: () => [...engine, ...pids()],
  });
};
