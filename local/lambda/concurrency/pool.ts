import type { Environment, LambdaFunction, StartEnvironment } from '../types.ts';

/** An environment in a pool. */
export type Member = {
  readonly environment: Environment;
  readonly revision: string;
  /** When it became idle, in ms. */
  idleSince: number;
  isOver: boolean;
};

/** The environments of one function. Nothing here decides whether one may be started. */
export type Pool = {
  fn: LambdaFunction;
  /** Idle ones, those idle longest first. */
  readonly idle: Member[];
  /** How many of the idle ones are promised to invocations that will begin in a moment. */
  promised: number;
  /** Invocations that run now. */
  busy: number;
  /** Environments that live, busy or idle. */
  alive: number;
};

/** An empty pool. */
export const makePool = (fn: LambdaFunction): Pool => ({ fn, idle: [], promised: 0, busy: 0, alive: 0 });

/** Counts a member out, once. */
export const leave = (pool: Pool, member: Member): void => {
  if (member.isOver) return;
  member.isOver = true;
  pool.alive -= 1;
  const at = pool.idle.indexOf(member);
  if (at >= 0) pool.idle.splice(at, 1);
};

/** Starts an environment of the function as it is now. */
export const join = (pool: Pool, start: StartEnvironment, now: number): Member => {
  const { fn } = pool;
  const member: Member = {
    environment: start(fn),
    revision: fn.revision,
    idleSince: now,
    isOver: false,
  };
  pool.alive += 1;
  void member.environment.gone.then(() => leave(pool, member));
  return member;
};

/** Ends a member. */
export const dismiss = (pool: Pool, member: Member): Promise<void> => {
  leave(pool, member);
  return member.environment.stop();
};

/** Takes back a member that has answered: idle, unless it is gone or holds an older code. */
export const giveBack = (pool: Pool, member: Member, isLost: boolean, now: number): void => {
  if (isLost) leave(pool, member);
  if (member.isOver) return;
  if (member.revision !== pool.fn.revision) return void dismiss(pool, member);
  member.idleSince = now;
  pool.idle.push(member);
};

/** Promises an idle member. It counts as used now: without the others in front of it the invocation would begin there at once. */
export const promise = (pool: Pool, now: number): void => {
  pool.promised += 1;
  const member = pool.idle.at(-pool.promised);
  if (member) member.idleSince = now;
};

/** Gives up a promise: the invocation begins in an environment that another has just left. */
export const release = (pool: Pool): void => {
  pool.promised -= 1;
};

/** Gives what was promised: the member used last, which is not always the same. Undefined when all have ended meanwhile. */
export const redeem = (pool: Pool): Member | undefined => {
  pool.promised -= 1;
  return pool.idle.pop();
};

/** Ends the idle members that `is` takes, those idle longest first. */
export const dismissIdle = (pool: Pool, is: (member: Member) => boolean): void => {
  for (const member of pool.idle.filter(is)) void dismiss(pool, member);
};

/** Makes room on the machine: ends the member that has been idle longest, of whichever function. @returns whether there was one */
export const evictOldest = (pools: Iterable<Pool>): boolean => {
  let oldest: Pool | undefined;
  for (const pool of pools) {
    const since = pool.idle[0]?.idleSince;
    if (since !== undefined && since < (oldest?.idle[0]?.idleSince ?? Number.POSITIVE_INFINITY))
      oldest = pool;
  }
  const member = oldest?.idle[0];
  if (!oldest || !member) return false;
  void dismiss(oldest, member);
  return true;
};
