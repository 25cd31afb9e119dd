import { setTimeout as sleep } from 'node:timers/promises';

/** Something that runs: `ended` or `exited` settles when it has ended, asked to or not. */
type Kept = {
  readonly ended?: Promise<string>;
  readonly exited?: Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Keeps the parts of a start running. */
export type Keeper = {
  /** Starts a part, and again whenever it ends without being asked to. Lower `floor`s are stopped first. */
  readonly keep: <T extends Kept>(name: string, floor: number, start: () => Promise<T>) => Promise<T>;
  /** Says what ended and starts it again, for parts that tell of their end by themselves. */
  readonly restart: (report: string, again: () => Promise<unknown>) => void;
  /** Stops everything, floor by floor; waits for what is only just starting. Repeatable. */
  readonly stop: () => Promise<void>;
};

/** Pauses between attempts to start again, in ms; after the last one it stays down. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;

/** How long a stop waits for what is only just starting, in ms. What is left then notices that the starter is gone. */
const STARTING_MS = 5_000;

/** Makes a keeper. `print` shows a line to the user. */
export const makeKeeper = ({ print }: { print: (text: string) => void }): Keeper => {
  const floors = new Map<number, Set<Kept>>();
  const starting = new Set<Promise<unknown>>();
  let stopping: Promise<void> | undefined;

  const restart = (report: string, again: () => Promise<unknown>): void => {
    if (stopping) return;
    print(`\n${report}\nStarting it again.`);
    const attempt = async (): Promise<void> => {
      for (const pause of PAUSES_MS) {
        await sleep(pause);
        if (stopping) return;
        try {
          await again();
          return print('It runs again.');
        } catch (error) {
          print(`It did not start: ${(error as Error).message}`);
        }
      }
      print('It stays down. Stop with Ctrl-C and start anew.');
    };
    void attempt();
  };

  const begin = async <T extends Kept>(name: string, floor: number, start: () => Promise<T>): Promise<T> => {
    const part = await start();
    const kept = floors.get(floor) ?? new Set();
    floors.set(floor, kept.add(part));
    const end = part.ended ?? part.exited?.then(() => `${name} ended.`);
    void end?.then((report) => {
      kept.delete(part);
      restart(report, () => keep(name, floor, start));
    });
    return part;
  };
  const keep = async <T extends Kept>(name: string, floor: number, start: () => Promise<T>): Promise<T> => {
    if (stopping) throw new Error('It was told to stop.');
    const beginning = begin(name, floor, start);
    starting.add(beginning);
    return beginning.finally(() => starting.delete(beginning));
  };

  const stopAll = async (): Promise<void> => {
    const late = sleep(STARTING_MS, undefined, { ref: false });
    await Promise.race([Promise.allSettled([...starting]), late]);
    for (const floor of [...floors.keys()].sort()) {
      await Promise.allSettled([...(floors.get(floor) ?? [])].map((part) => part.stop()));
    }
  };

  return {
    keep,
    restart,
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
};
