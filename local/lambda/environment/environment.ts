import { randomBytes } from 'node:crypto';
import type { Environment, Invocation, InvocationResult, LambdaFunction } from '../types.ts';
import { type Conclusion, concludeAnswer, concludeInit, initErrorType } from './conclude.ts';
import { dispatch } from './dispatch.ts';
import type { EnvironmentDeps } from './environment-deps.ts';
import type { Answer, Init, Life } from './init.ts';
import { logLinesOf } from './log-lines.ts';
import { type LogTail, makeLogTail } from './log-tail.ts';
import type { RuntimeProcess } from './process-types.ts';
import { reportInvocation } from './report-invocation.ts';
import { startProcess } from './runtime-process.ts';
import { startLife } from './start-life.ts';
import { variablesOf } from './variables.ts';

const GONE = { code: null, signal: 'SIGKILL' } as const;

/**
 * One execution environment. Its process may end with an invocation (a crash, a timeout) or while it is frozen; the
 * environment stays, with its /tmp and its limits, and the next invocation starts a process again: that INIT is part of the
 * invocation, as on Lambda. Only `stop` ends it, or a machine that gives us no process.
 */
export const makeEnvironment = (fn: LambdaFunction, deps: EnvironmentDeps): Environment => {
  const id = randomBytes(16).toString('hex');
  const createdAt = Date.now();
  const lines = logLinesOf(fn.logFormat ?? 'Text');
  const tmp = deps.folder.temporary(id);
  const env = variablesOf(fn, { region: deps.region, id, tmp, startedAt: new Date(createdAt) });
  const gone = Promise.withResolvers<void>();
  let isStopped = false;
  /** What runs or starts, and the end of what did last. */
  let current: RuntimeProcess | undefined;
  let isRunning = false;
  let life: Life | undefined;
  let over: Promise<void> = Promise.resolve();
  let currentTail: LogTail | undefined;
  /** Of the INIT phase, until the first invocation has reported it. */
  let initMs: number | undefined;

  const log = (line: string | undefined): void => {
    if (line === undefined) return;
    currentTail?.push(line);
    deps.onLog(fn, line);
  };

  const limits = deps.limits.ofEnvironment(id, fn.memoryMb, (words) =>
    log(`The limits of environment ${id} do not hold: ${words}`),
  );

  const start = async (limitMs: number, phase: 'init' | 'invoke'): Promise<Init> => {
    const begin: Parameters<typeof startLife>[0] = (events) =>
      startProcess({ env, root: fn.root, tmp, memoryMb: fn.memoryMb, ...deps, limits }, events);
    const init = await startLife(begin, log, limitMs, (started, ended) => {
      current = started;
      isRunning = true;
      over = ended.then(() => {
        isRunning = false;
      });
    });
    if (init.ok) {
      const { life: born } = init;
      life = born;
      void born.over.then(() => {
        if (life === born) life = undefined;
      });
    } else if (!isStopped) {
      log(
        lines.initReport({ durationMs: init.ms, phase, status: init.status, errorType: initErrorType(init) }),
      );
    }
    return init;
  };

  let isInitialised = false;
  const initialised = start(deps.initLimitMs, 'init').then((init) => {
    isInitialised = true;
    if (init.ok) initMs = init.ms;
    if (!isStopped) limits.throttle();
  });

  const finish = (
    requestId: string,
    ranMs: number,
    conclusion: Conclusion,
    tail: LogTail,
  ): InvocationResult => {
    const maxMemoryMb = current?.maxMemoryMb(ranMs) ?? 0;
    const result = reportInvocation({
      ...{ fn, requestId, conclusion, ranMs, initMs, maxMemoryMb, lines, log, tail },
      environmentLost: isStopped,
    });
    initMs = undefined;
    currentTail = undefined;
    return result;
  };

  const run = async (invocation: Invocation): Promise<InvocationResult> => {
    const { requestId } = invocation;
    if (!isInitialised) await initialised;
    const tail = makeLogTail();
    currentTail = tail;
    const began = performance.now();
    let ranMs: number | undefined;
    let conclusion: Conclusion | undefined;
    // What a process took with it when it ended has been begun: it is not begun again
    if (!life && !isStopped && !current?.holds(invocation)) {
      // A reset environment, or one whose INIT failed: INIT runs again, within this invocation's time
      initMs = undefined;
      await over;
      const init = isStopped ? undefined : await start(fn.timeoutMs, 'invoke');
      if (init && !init.ok) {
        if (init.failure) void stop();
        conclusion = concludeInit(requestId, fn, init);
      }
    }
    log(lines.start(requestId));
    if (!conclusion) {
      const before = performance.now() - began;
      const left = Math.max(1, fn.timeoutMs - before);
      const answer: Answer =
        life && !isStopped
          ? await dispatch(life, invocation, left)
          : { kind: 'exit', exit: GONE, isOutOfMemory: false };
      if (answer.kind === 'timeout') life = undefined;
      if (answer.kind === 'outcome') ranMs = Math.min(before + answer.ranMs, fn.timeoutMs);
      conclusion = concludeAnswer(requestId, fn, answer);
    }
    return finish(requestId, ranMs ?? performance.now() - began, conclusion, tail);
  };

  const stop = (): Promise<void> => {
    if (isStopped) return gone.promise;
    isStopped = true;
    current?.kill();
    void initialised
      .then(() => over)
      .then(() => Promise.all([limits.remove(), deps.folder.removeTemporary(id)]))
      .catch((error: Error) => log(`The environment left something behind: ${error.message}`))
      .then(() => gone.resolve());
    return gone.promise;
  };

  let queue: Promise<unknown> | undefined;
  const invoke = (invocation: Invocation): Promise<InvocationResult> => {
    const result = queue ? queue.then(() => run(invocation)) : run(invocation);
    queue = result;
    void result.then(() => {
      if (queue === result) queue = undefined;
    });
    return result;
  };

  return {
    id,
    get pid() {
      return isRunning ? current?.pid : undefined;
    },
    createdAt,
    initialised,
    invoke,
    sendAhead: (invocation) =>
      isInitialised && life !== undefined && !isStopped && life.process.sendAhead(invocation, fn.timeoutMs),
    takeBack: () => current?.takeBack() ?? true,
    stop,
    gone: gone.promise,
  };
};
