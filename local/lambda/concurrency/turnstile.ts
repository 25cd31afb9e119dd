import { availableParallelism } from 'node:os';

/**
 * Lets invocations begin in warm environments one after the other where the machine's processors could only begin them by turns. On AWS every
 * environment has a processor of its own; here fifty that were woken at once would share two, each with a memory that it finds cold.
 */
export type Turnstile = {
  /**
   * Begins at once, or when those before it have answered or run for 5 ms: then they wait for something, or have had their turn.
   *
   * @param begin begins, and calls `leave` as soon as its environment is free again
   */
  readonly pass: <Result>(begin: (leave: () => void) => Promise<Result>) => Promise<Result>;
};

/** What can be replaced in tests. `now` is a clock in ms. */
export type TurnstileOptions = { readonly width?: number; readonly now?: () => number };

/**
 * Begun and not answered for so long, in ms, an invocation no longer counts: it is no short one, or it waits for others. It is about what
 * Linux lets one process run before another: after 1 ms a short one that waited for its processor was taken for a long one, and a further
 * environment was woken to wait beside it (`npm run bench:lambda`: with 50 callers a request took a seventh more, with 10 a tenth).
 */
const FRESH_MS = 5;

/** Makes one through which `width` invocations go at once: two for each processor, so that none is idle between two of them. */
export const makeTurnstile = (options: TurnstileOptions = {}): Turnstile => {
  const { width = 2 * availableParallelism(), now = () => performance.now() } = options;
  const waiting: (() => void)[] = [];
  /** When those that count began, in that order. */
  const fresh = new Set<{ readonly at: number }>();
  let isTimed = false;

  const hasRoom = (): boolean => {
    const oldest = now() - FRESH_MS;
    for (const one of fresh) {
      if (one.at > oldest) break;
      fresh.delete(one);
    }
    return fresh.size < width;
  };
  const look = (): void => {
    while (hasRoom()) {
      const begin = waiting.shift();
      if (!begin) return;
      begin();
    }
    if (isTimed) return;
    isTimed = true;
    setTimeout(() => {
      isTimed = false;
      look();
    }, FRESH_MS);
  };
  const enter = <Result>(begin: (leave: () => void) => Promise<Result>): Promise<Result> => {
    const one = { at: now() };
    fresh.add(one);
    return begin(() => {
      fresh.delete(one);
      if (waiting.length > 0) look();
    });
  };

  return {
    pass: (begin) => {
      if (waiting.length === 0 && hasRoom()) return enter(begin);
      return new Promise((resolve) => {
        waiting.push(() => resolve(enter(begin)));
        look();
      });
    },
  };
};
