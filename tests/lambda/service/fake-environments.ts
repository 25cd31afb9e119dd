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

/** Environments that do nothing until the test says so. An invocation while another runs is an error. */
export const makeFakeEnvironments = () => {
  const started: FakeEnvironment[] = [];
  const start = (fn: LambdaFunction): Environment => {
    const id = `${fn.key}-${started.length}`;
    const gone = Promise.withResolvers<void>();
    const invocations: Invocation[] = [];
    let stopped = false;
    let running: ((result: InvocationResult) => void) | undefined;
    started.push({
      ...{ id, fn, invocations },
      isStopped: () => stopped,
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
        invocations.push(invocation);
        return new Promise((resolve) => {
          running = resolve;
        });
      },
      stop: async () => {
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
