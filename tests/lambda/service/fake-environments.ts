import type {
  Environment,
  Invocation,
  InvocationResult,
  LambdaFunction,
} from '../../../local/lambda/types.ts';

/** An environment in hand: `invocations` are those that it got, `end` answers the one that runs. */
export type FakeEnvironment = {
  readonly id: string;
  readonly fn: LambdaFunction;
  readonly invocations: Invocation[];
  readonly isStopped: () => boolean;
  /** What was sent ahead and not taken back. */
  readonly ahead: () => Invocation | undefined;
  /** Its process takes what was sent ahead: from now on nobody can take it back. */
  readonly take: () => void;
  readonly end: (result?: Partial<InvocationResult>) => Promise<void>;
  /** Its process dies while nothing runs. */
  readonly die: () => Promise<void>;
};

const SUCCESS: InvocationResult = {
  outcome: { ok: true, payload: 'null' },
  status: 'success',
  durationMs: 10,
  billedMs: 10,
  maxMemoryMb: 50,
  logTail: '',
  environmentLost: false,
};

/** Lets what was resolved go its way. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Environments that do nothing until the test says so. An invocation while another runs is an error, and so is one while a different
 * one was sent ahead.
 *
 * @param takesAhead whether the next invocation can be sent ahead of the end of the one that runs
 */
export const makeFakeEnvironments = (takesAhead = false) => {
  const started: FakeEnvironment[] = [];
  const start = (fn: LambdaFunction): Environment => {
    const id = `${fn.key}-${started.length}`;
    const gone = Promise.withResolvers<void>();
    const invocations: Invocation[] = [];
    let stopped = false;
    let running: ((result: InvocationResult) => void) | undefined;
    let ahead: Invocation | undefined;
    let isTaken = false;
    started.push({
      ...{ id, fn, invocations },
      isStopped: () => stopped,
      ahead: () => ahead,
      take: () => {
        isTaken = true;
      },
      end: async (result) => {
        const answer = running;
        running = undefined;
        if (!answer) throw new Error(`${id} runs nothing`);
        answer({ ...SUCCESS, ...result });
        await settle();
      },
      die: async () => {
        gone.resolve();
        await settle();
      },
    });
    return {
      id,
      ...{ pid: undefined, createdAt: 0, initialised: Promise.resolve(), gone: gone.promise },
      invoke: (invocation) => {
        if (running || stopped) throw new Error(`${id} is ${stopped ? 'stopped' : 'busy'}`);
        if (ahead && ahead !== invocation) throw new Error(`${id} has ${ahead.requestId}`);
        ahead = undefined;
        isTaken = false;
        invocations.push(invocation);
        return new Promise((resolve) => {
          running = resolve;
        });
      },
      sendAhead: (invocation) => {
        if (!takesAhead || !running || ahead) return false;
        ahead = invocation;
        return true;
      },
      takeBack: () => {
        if (isTaken) return false;
        ahead = undefined;
        return true;
      },
      stop: async () => {
        if (ahead) throw new Error(`${id} has ${ahead.requestId}`);
        stopped = true;
        gone.resolve();
      },
    };
  };
  return { start, started };
};

/** A function for tests. */
export const fakeFunction = (key: string, more: Partial<LambdaFunction> = {}): LambdaFunction => ({
  key,
  name: `shop-test-${key}`,
  arn: `arn:aws:lambda:eu-central-1:000000000000:function:shop-test-${key}`,
  ...{ root: '/nowhere', handler: 'index.handler', memoryMb: 512, timeoutMs: 3_000 },
  ...{ environment: {}, revision: '1' },
  ...more,
});

/** An invocation for tests. */
export const invocation = (requestId = 'r'): Invocation => ({
  requestId,
  payload: '{}',
  ...{ invokedArn: '', traceId: '' },
});
