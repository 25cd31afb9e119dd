/** Actions by the moment they are due; those of the same moment in the order they came. */
export type DueQueue = {
  readonly add: (moment: number, run: () => void) => void;
  /** The earliest moment; Infinity when there is none. */
  readonly next: () => number;
  /** The moment after that; Infinity when there is none. */
  readonly afterNext: () => number;
  /** Takes out the earliest when its moment is not after this one. */
  readonly take: (now: number) => (() => void) | undefined;
};

type Due = { readonly moment: number; readonly number: number; readonly run: () => void };

const isBefore = (one: Due, other: Due): boolean =>
  one.moment < other.moment || (one.moment === other.moment && one.number < other.number);

/** Makes an empty queue: a binary heap, because traffic adds actions in any order. */
export const makeDueQueue = (): DueQueue => {
  const heap: Due[] = [];
  let added = 0;
  const at = (index: number): Due => heap[index] as Due;

  const rise = (due: Due): void => {
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(due, at(parent))) break;
      heap[index] = at(parent);
      index = parent;
    }
    heap[index] = due;
  };

  /** Fills the place at the top, which was taken, with the last one. */
  const sink = (due: Due): void => {
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(at(child + 1), at(child))) child += 1;
      if (!isBefore(at(child), due)) break;
      heap[index] = at(child);
      index = child;
    }
    heap[index] = due;
  };

  return {
    add: (moment, run) => rise({ moment, number: added++, run }),
    next: () => heap[0]?.moment ?? Number.POSITIVE_INFINITY,
    afterNext: () =>
      Math.min(heap[1]?.moment ?? Number.POSITIVE_INFINITY, heap[2]?.moment ?? Number.POSITIVE_INFINITY),
    take: (now) => {
      const first = heap[0];
      if (!first || first.moment > now) return undefined;
      const last = heap.pop() as Due;
      if (heap.length > 0) sink(last);
      return first.run;
    },
  };
};
