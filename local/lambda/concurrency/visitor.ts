import type { Invocation, InvocationResult } from '../types.ts';
import { giveBack, type Member, type Pool, redeem, release } from './pool.ts';
import type { Visitor } from './turnstile.ts';

/** An invocation on its way to an environment. */
export type Call = {
  readonly pool: Pool;
  readonly invocation: Invocation;
  /** Starts an environment for it. */
  readonly join: () => Member;
  readonly onBegin: (isCold: boolean) => void;
  readonly onEnd: (result: InvocationResult) => void;
  readonly now: () => number;
};

const isCurrent = ({ fn }: Pool, { revision, isOver }: Member): boolean =>
  revision === fn.revision && !isOver;

/** Begins in a member of the pool, or in a new one. */
export const beginIn = (
  call: Call,
  warm: Member | undefined,
  over: Parameters<Visitor<Member>['begin']>[0],
): Member => {
  const { pool, invocation, join, onBegin, onEnd, now } = call;
  onBegin(warm === undefined);
  const member = warm ?? join();
  void member.environment.invoke(invocation).then((result) => {
    onEnd(result);
    const isLost = result.environmentLost;
    over(!isLost && isCurrent(pool, member), () => giveBack(pool, member, isLost, now()));
  });
  return member;
};

/** An invocation that one of the pool's idle members is promised to, in front of the turnstile. */
export const visitorOf = (call: Call): Visitor<Member> => {
  const { pool, invocation } = call;
  return {
    line: pool,
    announce: (member) => isCurrent(pool, member) && member.environment.sendAhead(invocation),
    withdraw: ({ environment }) => environment.takeBack(),
    begin: (over, place) => {
      if (place) release(pool);
      return beginIn(call, place ?? redeem(pool), over);
    },
  };
};
