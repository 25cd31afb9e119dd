import { availableParallelism } from 'node:os';

/**
 * Lets invocations begin in warm environments one after the other where the machine's processors could only begin them by turns. On AWS every
 * environment has a processor of its own; here fifty that were woken at once would share two, each with a memory that it finds cold.
 */
export type Turnstile = {
  /**
   * Begins at once, or when those before it have answered or run for a ms: then they wait for something, or have had their turn.
   *
   * @param begin begins, and calls `leave` as soon as its environment is free again
   */
  readonly pass: <Result>(begin: (leave: () => void) => Promise<Result>) => Promise<Result>;
};

/** What can be replaced in tests. `now` is a clock in ms. */
export type TurnstileOptions = { readonly width?: number; readonly now?: () => number };

/** Begun and not answered for so long, in ms, an invocation no longer counts: it is no short one, or it waits for others. */
const FRESH_MS = 1;

type Passed = { readonly at: number; isFresh: boolean };

/** Makes one through which `width` invocations go at once: two for each processor, so that none is idle between two of them. */
export const makeTurnstile = (options: TurnstileOptions = {}): Turnstile => {
  const { width = 2 * availableParallelism(), now = () => performance.now() } = options;
  const waiting: (() => void)[] = [];
  /** Those that count, in the order they began, with some that do not any more. */
  const passed: Passed[] = [];
  let fresh = 0;
  let isTimed = false;

  const forget = (one: Passed): void => {
    if (one.isFresh) fresh -= 1;
    one.isFresh = false;
  };
  const age = (): void => {
    const oldest = now() - FRESH_MS;
    for (let one = passed[0]; one && (!one.isFresh || one.at <= oldest); one = passed[0]) {
      forget(one);
      passed.shift();
    }
  };
  const look = (): void => {
    age();
    while (fresh < width) {
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
    const one = { at: now(), isFresh: true };
    fresh += 1;
    passed.push(one);
    return begin(() => {
      forget(one);
      if (waiting.length > 0) look();
    });
  };

  return {
    pass: (begin) => {
      if (waiting.length === 0) {
        age();
        if (fresh < width) return enter(begin);
      }
      return new Promise((resolve) => {
        waiting.push(() => resolve(enter(begin)));
        look();
      });
    },
  };
};
