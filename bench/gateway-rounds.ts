import { Pool } from 'undici';
import type { ContainerCpu } from './gateway-cpu.ts';
import { type Figure, figureOf } from './statistics.ts';

/** One way to a service: where it is reached, and the containers that work for a request on it. */
export type Way = { readonly url: string; readonly cpu: Readonly<Record<string, ContainerCpu>> };

/** How much is sent: `rounds` of each way, in each so many requests at once and so many one after the other. */
export type Amount = {
  readonly rounds: number;
  readonly warmUp: number;
  readonly atOnce: number;
  readonly oneByOne: number;
};

/** What a way costs: CPU per request of each container in microseconds, and the median times of a reply in ms. */
export type Cost = {
  readonly cpu: Readonly<Record<string, Figure>>;
  readonly p50: Figure;
  readonly busyP50: Figure;
};

/** Requests under way at the same time while CPU is measured. */
const WIDTH = 8;

const makeReader = ({ url }: Way, path: string) => {
  const pool = new Pool(url, { connections: WIDTH });
  const read = async (): Promise<number> => {
    const from = performance.now();
    const reply = await pool.request({ method: 'GET', path });
    await reply.body.text();
    if (reply.statusCode !== 200) throw new Error(`${url}${path} answered ${reply.statusCode}`);
    return performance.now() - from;
  };
  return {
    /** Times of so many requests in ms, `width` of them under way at any moment. */
    times: async (count: number, width: number): Promise<readonly number[]> => {
      const times: number[] = [];
      let left = count;
      const worker = async (): Promise<void> => {
        while (left-- > 0) times.push(await read());
      };
      await Promise.all(Array.from({ length: width }, worker));
      return times;
    },
    close: () => pool.close(),
  };
};

const readAll = async (way: Way): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries(
    await Promise.all(Object.entries(way.cpu).map(async ([name, cpu]) => [name, await cpu()])),
  );

/**
 * Measures ways to the same answer in rounds that alternate between them, in turns of who begins, after a warm-up that is
 * not counted: a machine that slows down slows all of them down. Each figure is one of the rounds' medians.
 */
export const alternateWays = async (
  ways: readonly Way[],
  path: string,
  amount: Amount,
): Promise<readonly Cost[]> => {
  const readers = ways.map((way) => makeReader(way, path));
  const seen = ways.map((way) => ({
    cpu: Object.fromEntries(Object.keys(way.cpu).map((name) => [name, [] as number[]])),
    p50: [] as number[],
    busyP50: [] as number[],
  }));
  try {
    for (const reader of readers) await reader.times(amount.warmUp, WIDTH);
    for (let round = 0; round < amount.rounds; round += 1) {
      const order = round % 2 === 0 ? [...ways.keys()] : [...ways.keys()].reverse();
      for (const index of order) {
        const [way, reader, figures] = [ways[index], readers[index], seen[index]];
        if (!way || !reader || !figures) continue;
        const before = await readAll(way);
        figures.busyP50.push(figureOf(await reader.times(amount.atOnce, WIDTH)).median);
        const after = await readAll(way);
        for (const [name, list] of Object.entries(figures.cpu))
          list.push(((after[name] ?? Number.NaN) - (before[name] ?? Number.NaN)) / amount.atOnce);
        figures.p50.push(figureOf(await reader.times(amount.oneByOne, 1)).median);
      }
    }
  } finally {
    await Promise.all(readers.map(({ close }) => close()));
  }
  return seen.map(({ cpu, p50, busyP50 }) => ({
    cpu: Object.fromEntries(Object.entries(cpu).map(([name, list]) => [name, figureOf(list)])),
    p50: figureOf(p50),
    busyP50: figureOf(busyP50),
  }));
};
