import type { Context } from 'aws-lambda';
import { type FunctionLog, makeFunctionLog } from './log.ts';

/** A function that something other than a request or a queue starts: a schedule, a bucket, an operator. */
export type EventFunction<E, R> = (event: E, context: Context) => Promise<R>;

/**
 * Makes such a function. What it throws is the invocation's failure: Lambda tries it again, or tells the operator.
 *
 * @param name the function's key
 * @param compose chooses the adapters
 */
export function eventFunction<E, R>(
  name: string,
  compose: (log: FunctionLog) => Promise<(event: E, context: Context) => Promise<R>>,
): EventFunction<E, R> {
  const log = makeFunctionLog(name);
  const composed = compose(log);
  composed.catch(() => undefined);

  return async (event, context) => {
    log.begin(context.awsRequestId);
    return (await composed)(event, context);
  };
}
