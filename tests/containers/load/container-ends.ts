import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { connectEngine } from '../../../local/containers/engine.ts';

/** How a container ended. Times in ms of the engine's clock. */
export type ContainerEnd = {
  readonly id: string;
  readonly service: string;
  readonly exitCode: number;
  /** From the first SIGTERM to the exit; undefined when it was never asked to stop. */
  readonly drainMs: number | undefined;
  /** Signals that it was sent, in their order, e.g. `['15']`. */
  readonly signals: readonly string[];
};

type Event = {
  readonly Action: string;
  readonly timeNano: number;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
};

const SERVICE = 'com.docker.compose.service';
const SIGTERM = '15';

/**
 * Watches the containers of a compose project end, as the engine tells it: also of containers that are removed at once,
 * of which there is nothing left to inspect.
 */
export const watchEnds = async (
  project: string,
): Promise<{ readonly ends: readonly ContainerEnd[]; readonly close: () => void }> => {
  const ends: ContainerEnd[] = [];
  const asked = new Map<string, { signal: string; atMs: number }[]>();
  const stream = (await (
    await connectEngine()
  ).getEvents({
    filters: {
      type: ['container'],
      event: ['kill', 'die'],
      label: [`com.docker.compose.project=${project}`],
    },
  })) as Readable;
  const lines = createInterface({ input: stream });
  lines.on('line', (line) => {
    const { Action, timeNano, Actor } = JSON.parse(line) as Event;
    const { ID: id, Attributes: attributes } = Actor;
    const atMs = timeNano / 1e6;
    const signals = asked.get(id) ?? [];
    if (Action === 'kill') asked.set(id, [...signals, { signal: attributes['signal'] ?? '', atMs }]);
    if (Action !== 'die') return;
    asked.delete(id);
    const term = signals.find(({ signal }) => signal === SIGTERM);
    ends.push({
      id,
      service: attributes[SERVICE] ?? '',
      exitCode: Number(attributes['exitCode']),
      drainMs: term && Math.round(atMs - term.atMs),
      signals: signals.map(({ signal }) => signal),
    });
  });
  return {
    ends,
    close: () => {
      lines.close();
      stream.destroy();
    },
  };
};
