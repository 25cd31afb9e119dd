import { join } from 'node:path';
import { type Part, startPart } from '../../local/stacks-process.ts';
import { environment } from '../../shared/kernel/config.ts';
import type { Sample, Watch } from './types.ts';

/** A command that prints lines about what is under load, and what they mean. */
export type WatchedCommand = {
  readonly name: string;
  /** A script with its arguments, for Node. */
  readonly args: readonly string[];
  /** Where `NAME.log` goes, with what it says besides the lines. */
  readonly logDir: string;
  /** Makes samples of lines; some lines may only make one together. `end` gives what is left. */
  readonly reader: () => {
    readonly line: (line: string) => Sample | undefined;
    readonly end: () => Sample | undefined;
  };
  /** Processes by whose ids it runs besides its own. */
  readonly others?: () => readonly number[];
};

/** How long the first look may take, in ms: two of the engine's seconds, on a busy machine. */
const FIRST_MS = 20_000;

/** Watches by way of a command, which ends when this process does, also by kill -9. */
export const watchProcess =
  ({ name, args, logDir, reader, others }: WatchedCommand): Watch =>
  (onSample) => {
    const { line, end } = reader();
    let broken: Error | undefined;
    let stopping = false;
    let first: (error?: Error) => void = () => {};
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => first(new Error(`${name} told nothing.`)), FIRST_MS);
      first = (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
    });
    ready.catch(() => {});
    const take = (sample: Sample | undefined): void => {
      if (!sample) return;
      onSample(sample);
      first();
    };
    const part: Part = startPart({
      name,
      args,
      env: environment(),
      logFile: join(logDir, `${name}.log`),
      onLine: (text) => {
        try {
          take(line(text));
        } catch (error) {
          broken ??= new Error(`${name} told what cannot be read: ${(error as Error).message}`);
          first(broken);
        }
      },
    });
    void part.ended.then((report) => {
      if (!stopping) broken ??= new Error(report);
      first(new Error(report));
    });
    return {
      ready,
      pids: () => [part.pid, ...(others?.() ?? [])],
      isOver: () => broken !== undefined,
      stop: async () => {
        stopping = true;
        await part.stop();
        take(end());
        if (broken) throw broken;
      },
    };
  };
