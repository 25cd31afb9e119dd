import { call } from './call.ts';
import type { Runtime } from './runtime.ts';

/** What a function did in one second, as `/metrics.jsonl` tells it. */
export type FunctionSecond = {
  readonly second: number;
  readonly function: string;
  readonly arrivals: number;
  readonly invocations: number;
  readonly concurrent: number;
  readonly coldStarts: number;
  readonly throttles: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly billedGbSeconds: number;
};

const read = async ({ controlPort }: Runtime, path: string): Promise<string> =>
  (await call(`http://127.0.0.1:${controlPort}${path}`)).text;

/** The seconds of one function, in order of time. */
export const secondsOf = async (runtime: Runtime, key: string): Promise<readonly FunctionSecond[]> =>
  (await read(runtime, '/metrics.jsonl'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FunctionSecond)
    .filter((line) => line.function === key);

/** A value of the Prometheus text: of the metric with exactly this label of a function. */
export const totalOf = async (runtime: Runtime, metric: string, key: string): Promise<number> => {
  const line = (await read(runtime, '/metrics'))
    .split('\n')
    .find((text) => text.startsWith(`${metric}{`) && text.includes(`function="${key}"`));
  if (line === undefined) throw new Error(`There is no ${metric} of ${key}`);
  return Number(line.slice(line.lastIndexOf(' ')));
};
