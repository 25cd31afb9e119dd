import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { asFault, StackError } from './errors.ts';
import type { Samples } from './samples.ts';
import { rest } from './waiting.ts';

/** One line of a record: a container at an instant. */
export type RecordLine = {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly service: string;
  readonly container: string;
  readonly state: string;
  readonly health: string;
  /** Containers of the service that run. */
  readonly replicas: number;
  /** Cores used since the line before; null when nothing was measured. */
  readonly cpuCores: number | null;
  /** CPU time since it was started, in s; null while it does not run. */
  readonly cpuSeconds: number | null;
  readonly memoryBytes: number | null;
  readonly memoryLimitBytes: number | null;
  readonly restarts: number;
  /** Requests of the whole service, since the gateway started and a second; null while the gateway does not tell. */
  readonly serviceRequests: number | null;
  readonly serviceRequestsPerSecond: number | null;
};

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined ? null : Number(value.toFixed(digits));

/** The lines of one instant; jobs that are done have none. */
export const recordLines = ({ at, containers, requests }: Samples): readonly RecordLine[] =>
  containers
    .filter(({ detail }) => detail.running || !detail.job)
    .map(({ replica, detail, cpu, cpuSeconds, memory }) => ({
      time: new Date(at).toISOString(),
      service: replica.service,
      container: replica.name,
      state: replica.state,
      health: detail.health,
      replicas: containers.filter(
        (other) => other.replica.service === replica.service && other.detail.running,
      ).length,
      cpuCores: rounded(cpu?.cores, 4),
      cpuSeconds: rounded(cpuSeconds, 3),
      memoryBytes: memory?.bytes ?? null,
      memoryLimitBytes: memory?.limitBytes ?? null,
      restarts: detail.restarts,
      serviceRequests: requests.get(replica.service)?.total ?? null,
      serviceRequestsPerSecond: rounded(requests.get(replica.service)?.perSecond, 2),
    }));

/** How a record is taken. Times in ms. */
export type RecordOptions = {
  readonly sample: () => Promise<Samples>;
  /** Where the lines go; each is whole and written when this returns. */
  readonly write: (line: string) => void;
  readonly everyMs: number;
  /** Without end unless given. */
  readonly forMs?: number;
  readonly signal?: AbortSignal;
};

/**
 * Takes samples at a fixed rate until the time is over or the signal comes; one that takes longer than that is
 * followed by the next at once.
 *
 * @returns how many lines were written
 */
export const record = async ({ sample, write, everyMs, forMs, signal }: RecordOptions): Promise<number> => {
  let lines = 0;
  const take = async (): Promise<void> => {
    for (const line of recordLines(await sample())) {
      write(`${JSON.stringify(line)}\n`);
      lines += 1;
    }
  };
  // The first sample takes a second or two: the time runs from then on.
  await take();
  let next = Date.now();
  const end = next + (forMs ?? Number.POSITIVE_INFINITY);
  for (;;) {
    next = Math.max(next + everyMs, Date.now());
    if (next > end) break;
    await rest(next - Date.now(), signal);
    if (signal?.aborted) break;
    await take();
  }
  return lines;
};

/**
 * Opens a file to append lines to: what other processes append, and earlier records, stay.
 *
 * @throws StackError when it cannot be opened
 */
export const appendTo = (
  path: string,
): { readonly write: (line: string) => void; readonly close: () => void } => {
  try {
    const file = openSync(resolve(path), 'a');
    return { write: (line) => void writeSync(file, line), close: () => closeSync(file) };
  } catch (error) {
    throw new StackError(`${path} cannot be written: ${asFault(error).message}.`, { cause: error });
  }
};
