import { availableParallelism } from 'node:os';

/** What wants to begin in a place, of which only the one before it in there knows when it is free again. */
export type Visitor<Place> = {
  /** Only in the same line can one follow another in its place. */
  readonly line: unknown;
  /** Announces it to a place that another is still in. @returns false where that cannot be */
  readonly announce: (place: Place) => boolean;
  /** Undoes that. @returns false when it cannot be undone: it begins there next, or has begun */
  readonly withdraw: (place: Place) => boolean;
  /**
   * Begins, in the place that is given or in one of its choice.
   *
   * @param over to be called at its end: whether another may follow in its place, and what to do with the place when none does
   * @returns the place
   */
  readonly begin: (over: (mayFollow: boolean, giveBack: () => void) => void, place?: Place) => Place;
};

/**
 * Lets invocations begin in warm environments one after the other where the machine's processors could only begin them by turns. On AWS every
 * environment has a processor of its own; here fifty that were woken at once would share two, each with a memory that it finds cold.
 *
 * The next one of a function is announced to an environment that still runs another: a process that goes on with it need not be
 * woken.
 */
export type Turnstile<Place> = {
  /** Lets it begin at once, or when those before it have ended or run for 1 ms: then they wait for something, or have had their turn. */
  readonly pass: (visitor: Visitor<Place>) => void;
  /** Withdraws what is announced in a line: its places are not to be used any more. */
  readonly recall: (line: unknown) => void;
};

/** What can be replaced in tests. `now` is a clock in ms. */
export type TurnstileOptions = { readonly width?: number; readonly now?: () => number };

/**
 * Begun and not ended for so long, in ms, an invocation no longer counts: it waits for others, and nobody has to wait for it. After 5 ms
 * instead, trivial functions answer a sixth more requests with 50 callers (`npm run bench:lambda`), but eight callers of a function that
 * waits 2 ms for its database each wait 1.5 ms more.
 */
const FRESH_MS = 1;

/** One that has begun, and who is announced in its place. */
type Begun<Place> = {
  readonly at: number;
  readonly line: unknown;
  readonly place: Place;
  next: Visitor<Place> | undefined;
};

/** Makes one through which `width` invocations go at once: two for each processor, so that none is idle between two of them. */
export const makeTurnstile = <Place>(options: TurnstileOptions = {}): Turnstile<Place> => {
  const { width = 2 * availableParallelism(), now = () => performance.now() } = options;
  /** Those who are announced nowhere, in the order in which they came. */
  const waiting: Visitor<Place>[] = [];
  /** Those that count, in the order in which they began. */
  const fresh = new Set<Begun<Place>>();
  let isTimed = false;

  /** Who was announced goes first again: whoever waits came later. */
  const withdraw = (all: readonly Begun<Place>[]): void => {
    const back: Visitor<Place>[] = [];
    for (const one of all) {
      if (!one.next?.withdraw(one.place)) continue;
      back.push(one.next);
      one.next = undefined;
    }
    waiting.unshift(...back);
  };
  /** Nobody waits any longer for those that began too long ago. */
  const forgetOld = (): void => {
    const oldest = now() - FRESH_MS;
    const old: Begun<Place>[] = [];
    for (const one of fresh) {
      if (one.at > oldest) break;
      fresh.delete(one);
      if (one.next) old.push(one);
    }
    withdraw(old);
  };
  const hasRoom = (): boolean => {
    if (fresh.size >= width) forgetOld();
    return fresh.size < width;
  };
  const announce = (visitor: Visitor<Place>): boolean => {
    for (const one of fresh) {
      if (one.next || one.line !== visitor.line || !visitor.announce(one.place)) continue;
      one.next = visitor;
      return true;
    }
    return false;
  };
  const watch = (): void => {
    if (isTimed) return;
    isTimed = true;
    setTimeout(() => {
      isTimed = false;
      forgetOld();
      look();
    }, FRESH_MS);
  };
  const look = (): void => {
    for (;;) {
      // First of all: to make room may put others in front
      const mayEnter = hasRoom();
      const [first] = waiting;
      if (!first || (!mayEnter && !announce(first))) break;
      waiting.shift();
      if (mayEnter) enter(first);
    }
    if (waiting.length > 0 || fresh.values().some(({ next }) => next)) watch();
  };
  const leave = (one: Begun<Place>, mayFollow: boolean, giveBack: () => void): void => {
    fresh.delete(one);
    if (one.next && !mayFollow) withdraw([one]);
    if (one.next) enter(one.next, one.place);
    else giveBack();
    look();
  };
  const enter = (visitor: Visitor<Place>, given?: Place): void => {
    const { line } = visitor;
    const at = now();
    const place = visitor.begin((mayFollow, giveBack) => leave(one, mayFollow, giveBack), given);
    const one: Begun<Place> = { at, line, place, next: undefined };
    fresh.add(one);
  };

  return {
    pass: (visitor) => {
      waiting.push(visitor);
      look();
    },
    recall: (line) => {
      withdraw([...fresh].filter((one) => one.line === line));
      look();
    },
  };
};
