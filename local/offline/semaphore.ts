/**
 * Lets at most `limit` tasks run at once; the others wait their turn in the order in which they came.
 *
 * @param limit how many may run at once
 * @returns a function that runs a task when its turn comes and settles as the task does
 */
export const makeSemaphore = (limit: number) => {
  let running = 0;
  const waiting: Array<() => void> = [];
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running < limit) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
};
