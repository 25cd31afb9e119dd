import type { Invocation } from '../types.ts';
import type { Answer, Life } from './init.ts';

/** Hands an invocation to a process that lives, and waits for its answer. After `timeoutMs` the process is killed: it takes no other one. */
export const dispatch = (life: Life, invocation: Invocation, timeoutMs: number): Promise<Answer> => {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => {
    life.onAnswer = undefined;
    // Its memory is to be read while it lives
    life.process.maxMemoryMb(timeoutMs);
    life.process.kill();
    resolve({ kind: 'timeout' });
  }, timeoutMs);
  life.onAnswer = (answer) => {
    clearTimeout(timer);
    resolve(answer);
  };
  life.process.send(invocation, timeoutMs);
  return promise;
};
