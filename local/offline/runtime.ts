import { exitError, type Outcome, timeoutError } from './outcome.ts';
import { makeSemaphore } from './semaphore.ts';

/** A function of serverless-offline's pool: one execution environment, idle when the pool hands it out. */
export interface OfflineFunction {
  setEvent(event: unknown): void;
  setClientContext(context: unknown): void;
  runHandler(): Promise<unknown>;
}

/** serverless-offline's `Lambda`: hands out environments. */
export interface OfflineLambda {
  get(functionKey: string): OfflineFunction;
}

/** One deployed function: its key in serverless.yml, its physical name and its timeout in seconds. */
export interface FunctionFacts {
  readonly key: string;
  readonly name: string;
  readonly timeout: number;
}

/** Runs a function once, never rejects. */
export type Invoke = (functionKey: string, event: unknown, clientContext?: unknown) => Promise<Outcome>;

const isTimeout = (thrown: unknown): boolean =>
  thrown instanceof Error && thrown.message.includes('Lambda timeout');

/**
 * Invokes functions through serverless-offline's pool. Lambda has no limit of its own on a laptop, and every concurrent
 * invocation is a thread: at most `concurrency` run at once of one function, the others wait their turn.
 *
 * @param lambda serverless-offline's pool
 * @param functions the functions by key
 * @param concurrency environments a function at most
 */
export const makeInvoke = (
  lambda: OfflineLambda,
  functions: ReadonlyMap<string, FunctionFacts>,
  concurrency: number,
): Invoke => {
  const turns = new Map([...functions.keys()].map((key) => [key, makeSemaphore(concurrency)]));

  const runOnce = async (key: string, event: unknown, clientContext: unknown): Promise<Outcome> => {
    const environment = lambda.get(key);
    environment.setEvent(event);
    environment.setClientContext(clientContext);
    try {
      return (await environment.runHandler()) as Outcome;
    } catch (thrown) {
      const requestId = crypto.randomUUID();
      const seconds = functions.get(key)?.timeout ?? 0;
      const error = isTimeout(thrown) ? timeoutError(requestId, seconds) : exitError(requestId, 1);
      return { ok: false, error, environmentLost: true };
    }
  };

  return async (key, event, clientContext) => {
    const inTurn = turns.get(key);
    if (inTurn === undefined) throw new Error(`There is no function ${key} in serverless.yml`);
    const outcome = await inTurn(() => runOnce(key, event, clientContext));
    if (!outcome.ok) process.stderr.write(`${key}: ${JSON.stringify(outcome.error)}\n`);
    return outcome;
  };
};
