import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import { replicasOf, unlessGone } from '../../../local/containers/containers.ts';

/** CPU that a container had used at an instant (ms since 1970), in ms of one core. */
type Reading = { readonly at: number; readonly usedMs: number };

/** A watch over what containers use, apart from what the stack tool measures. */
export type CpuWatch = {
  /** Mean CPU of a container between two instants in thousandths of a core; undefined when it was not watched all the time. */
  readonly milli: (name: string, from: number, to: number) => number | undefined;
  readonly stop: () => Promise<void>;
};

/** How often is looked for new containers, in ms. */
const LOOK_MS = 200;

/** Longest gap between two readings over which is interpolated, in ms: the engine reads every second. */
const GAP_MS = 1_500;

const usedAt = (readings: readonly Reading[], at: number): number | undefined => {
  const next = readings.findIndex((reading) => reading.at >= at);
  const [before, after] = [readings[next - 1], readings[next]];
  if (after?.at === at) return after.usedMs;
  if (!before || !after || after.at - before.at > GAP_MS) return undefined;
  const share = (at - before.at) / (after.at - before.at);
  return before.usedMs + share * (after.usedMs - before.usedMs);
};

/** Follows the engine's statistics of all containers of a service, as `docker stats` does, until it is stopped. */
export const watchCpu = (docker: Docker, project: string, service: string): CpuWatch => {
  const readings = new Map<string, Reading[]>();
  const streams: Readable[] = [];
  const follow = async (id: string, name: string): Promise<void> => {
    const own: Reading[] = [];
    readings.set(name, own);
    const stream = (await unlessGone(docker.getContainer(id).stats({ stream: true }))) as
      | Readable
      | undefined;
    if (!stream) return;
    streams.push(stream);
    createInterface({ input: stream }).on('line', (line) => {
      const { read, cpu_stats } = JSON.parse(line) as Docker.ContainerStats;
      const at = Date.parse(read);
      if (at > 0) own.push({ at, usedMs: cpu_stats.cpu_usage.total_usage / 1e6 });
    });
  };
  let over = false;
  const watching = (async (): Promise<void> => {
    for (; !over; await pause(LOOK_MS))
      for (const { id, name } of await replicasOf(docker, project, service))
        if (!readings.has(name)) await follow(id, name);
  })();
  watching.catch(() => {});
  return {
    milli: (name, from, to) => {
      const own = readings.get(name) ?? [];
      const [before, after] = [usedAt(own, from), usedAt(own, to)];
      return before === undefined || after === undefined
        ? undefined
        : ((after - before) / (to - from)) * 1000;
    },
    stop: async () => {
      over = true;
      for (const stream of streams) stream.destroy();
      await watching;
    },
  };
};
