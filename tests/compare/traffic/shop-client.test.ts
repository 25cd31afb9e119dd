import { describe, expect, it } from 'vitest';
import { must } from '../../../compare/traffic/shop-client.ts';

const refusal = (status: number, code: string) => ({ ok: false as const, status, code });
const success = { ok: true as const, status: 200, body: 'done' };

/** A call that is answered with these, one after the other; an error is none. */
const answering = (...answers: (typeof success | ReturnType<typeof refusal> | Error)[]) => {
  let calls = 0;
  const call = async () => {
    const answer = answers[calls++];
    if (answer instanceof Error) throw answer;
    return answer ?? success;
  };
  return { call, calls: () => calls };
};

describe('must', () => {
  it('When the shop is overloaded or does not answer at first, then it is asked again', async () => {
    const { call, calls } = answering(refusal(503, 'overloaded'), new Error('timeout'));
    expect((await must('do it', call)).body).toBe('done');
    expect(calls()).toBe(3);
  });

  it('When the shop refuses for good, then it is not asked again, and the error says why', async () => {
    const { call, calls } = answering(refusal(403, 'forbidden'));
    await expect(must('do it', call)).rejects.toThrow('The shop would not do it: 403 forbidden.');
    expect(calls()).toBe(1);
  });
});
