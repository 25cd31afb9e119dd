/** Longest wait for an answer about the stack, in ms: what comes later belongs to another second. */
const WITHIN_MS = 900;

/** GETs a control port. Undefined when it does not answer 200 in time: while a part is started anew, say. */
export const ask = async (url: string): Promise<string | undefined> => {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
    const text = await reply.text();
    return reply.ok ? text : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Keeps a question from costing more than its share of the time: after an answer that took long, the last one is given
 * again for so many times as long.
 *
 * @param times a question takes at most one part in so many of the time
 * @param now a clock in ms
 */
export const sparing = <T>(
  question: () => Promise<T>,
  times: number,
  now: () => number = () => performance.now(),
): (() => Promise<T>) => {
  let last: { readonly answer: T; readonly until: number } | undefined;
  return async () => {
    const from = now();
    if (last && from < last.until) return last.answer;
    const answer = await question();
    const took = now() - from;
    last = { answer, until: from + took * times };
    return answer;
  };
};
