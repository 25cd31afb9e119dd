import { residentKb } from './proc.ts';

/** How often the memory of a running function is looked at, in ms: under 2 % of a CPU for one of 128 MB. */
const EVERY_MS = 20;

/** Watches processes that run; a frozen one takes no memory. */
export type MemoryWatch = {
  /**
   * @param onExceeded called once, when the process has more than `limitMb`
   * @returns ends it
   */
  readonly watch: (pid: number, limitMb: number, onExceeded: () => void) => () => void;
};

/** A watch that looks at /proc, for machines on which we may make no control groups. */
export const makeMemoryWatch = (): MemoryWatch => {
  const watched = new Set<{ pid: number; limitKb: number; onExceeded: () => void }>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    for (const entry of watched) {
      if ((residentKb(entry.pid) ?? 0) <= entry.limitKb) continue;
      watched.delete(entry);
      entry.onExceeded();
    }
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    watch: (pid, limitMb, onExceeded) => {
      const entry = { pid, limitKb: limitMb * 1024, onExceeded };
      watched.add(entry);
      timer ??= setInterval(look, EVERY_MS);
      return () => watched.delete(entry);
    },
  };
};
