import type { FunctionError } from '../types.ts';
import type { Init, Life } from './init.ts';
import type { ProcessEvents, RuntimeProcess } from './process-types.ts';

/**
 * Starts a process and waits for the end of its INIT.
 *
 * @param start starts it
 * @param onLog told of its log
 * @param limitMs what is not ready by then is killed, in ms
 * @param onStarted told at once of the process, and of its end to come
 */
export const startLife = (
  start: (events: ProcessEvents) => RuntimeProcess,
  onLog: (line: string) => void,
  limitMs: number,
  onStarted: (process: RuntimeProcess, over: Promise<void>) => void,
): Promise<Init> => {
  const began = performance.now();
  const { promise, resolve } = Promise.withResolvers<Init>();
  const { promise: over, resolve: onOver } = Promise.withResolvers<void>();
  let error: FunctionError | undefined;
  let isSettled = false;
  const settle = (init: (ms: number) => Init): void => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    resolve(init(performance.now() - began));
  };
  const started = start({
    onLog,
    onInitError: (reported) => {
      error = reported;
    },
    onReady: () => {
      const ms = performance.now() - began;
      // An INIT is over when its limits hold: a first invocation must not run without them
      void started.limited.then(() => settle(() => ({ ok: true, life, ms })));
    },
    onAnswer: (outcome, ranMs) => answer({ kind: 'outcome', outcome, ranMs }),
    onExit: (exit, failure) => {
      const isOutOfMemory = exit.signal === 'SIGKILL' && started.ranOutOfMemory();
      onOver();
      answer({ kind: 'exit', exit, isOutOfMemory });
      settle((ms) => ({ ok: false, ms, status: 'error', error, exit, isOutOfMemory, failure }));
    },
  });
  const life: Life = { process: started, over, onAnswer: undefined };
  const answer: NonNullable<Life['onAnswer']> = (given) => {
    const take = life.onAnswer;
    life.onAnswer = undefined;
    take?.(given);
  };
  const timer = setTimeout(() => {
    started.kill();
    settle((ms) => ({ ok: false, ms, status: 'timeout' }));
  }, limitMs);
  onStarted(started, over);
  return promise;
};
