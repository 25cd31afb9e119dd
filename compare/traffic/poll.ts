import type { Answered, Planned } from '../generator/types.ts';
import { POLL_MS, POLL_PATIENCE_MS, POLL_SLOW_MS, SETTLE_LIMIT_MS } from './mix.ts';
import type { Run } from './visit.ts';

/** What is asked again and again; the token may change meanwhile. */
type Question = () => Pick<Planned, 'operation' | 'url' | 'headers'>;

/**
 * Asks until the answer is as wanted, at most `SETTLE_LIMIT_MS` from `since` on; a failed answer is asked for again. The next
 * question is put at the interval after the last, or when its answer is there if that is later.
 *
 * @returns when the wanted answer was there; undefined: not in time
 */
export const poll = async (
  { engine }: Run,
  since: number,
  question: Question,
  isWanted: (answer: Answered) => boolean,
): Promise<number | undefined> => {
  for (let intendedAt = since + POLL_MS; ; ) {
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
    const interval = intendedAt - since < POLL_PATIENCE_MS ? POLL_MS : POLL_SLOW_MS;
    intendedAt = Math.max(intendedAt + interval, answer.at);
    if (intendedAt - since > SETTLE_LIMIT_MS) return undefined;
  }
};
