/** Runs `work` while no other work holds one of `keys`. */
export type KeyLocks = <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;

/**
 * Locks by key, first come, first served. All keys of a call are queued for in one synchronous step, so that the
 * order is the same for every key and no two calls can wait for each other.
 */
export const makeKeyLocks = (): KeyLocks => {
  const tails = new Map<string, Promise<unknown>>();
  return async (keys, work) => {
    const ahead = keys.flatMap((key) => tails.get(key) ?? []);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    for (const key of keys) tails.set(key, done);
    try {
      if (ahead.length > 0) await Promise.all(ahead);
      return await work();
    } finally {
      for (const key of keys) if (tails.get(key) === done) tails.delete(key);
      resolve();
    }
  };
};
