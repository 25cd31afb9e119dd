import type { Answered, Planned } from '../generator/types.ts';
import { LONGEST_LOOK_MS, LOOK_GROWTH, SETTLE_LIMIT_MS } from './mix.ts';
import type { Run } from './visit.ts';

/** What is asked again and again; the token may change meanwhile. */
type Question = () => Pick<Planned, 'operation' | 'url' | 'headers'>;

/**
 * Asks until the answer is as wanted, at most `SETTLE_LIMIT_MS` from `since` on; a failed answer is asked for again. The next
 * question is put at the interval after the last, or when its answer is there if that is later.
 *
 * @param since ms of the engine's clock
 * @param first the first interval, ms
 * @returns when the wanted answer was there; undefined: not in time
 */
export const poll = async (
  { engine }: Run,
  since: number,
  first: number,
  question: Question,
  isWanted: (answer: Answered) => boolean,
): Promise<number | undefined> => {
  let interval = first;
  for (let intendedAt = since + interval; ; ) {
    const moment = intendedAt;
    await new Promise<void>((resolve) => engine.at(moment, resolve));
    const answer = await engine.send({
      ...question(),
      method: 'GET',
      intendedAt,
      reactive: true,
      expected: [200],
    });
    if (answer.ok && isWanted(answer)) return answer.at;
    interval = Math.min(interval * LOOK_GROWTH, LONGEST_LOOK_MS);
    intendedAt = Math.max(intendedAt + interval, answer.at);
    if (intendedAt - since > SETTLE_LIMIT_MS) return undefined;
  }
};
