import type { RequestListener, Server } from 'node:http';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';
import { answerBy } from '../lambda/http/serve.ts';
import { EnvironmentWorker, isNeverRan } from './environment.ts';
import type { Outcome } from './outcome.ts';
import type { OfflineLambda } from './runtime.ts';

/** Makes what answers on serverless-offline's two ports, once its pool of functions exists. */
export interface Listeners {
  readonly httpApi: (lambda: OfflineLambda) => RequestListener;
  readonly invokeApi: (lambda: OfflineLambda) => RequestListener;
}

interface HapiServer {
  readonly listener: Server;
  table(): ReadonlyArray<{ readonly path: string }>;
}

interface Runner {
  cleanup(): Promise<void>;
}

type AnyMethod<This> = (this: This, ...args: unknown[]) => unknown;

/** Replaces a method by one that is given the original. */
const wrap = <This extends object>(
  owner: { prototype: unknown },
  name: string,
  make: (original: AnyMethod<This>) => AnyMethod<This>,
): void => {
  const prototype = owner.prototype as Record<string, AnyMethod<This>>;
  const original = prototype[name];
  if (original === undefined)
    throw new Error(`serverless-offline has no method ${name} any more; see local/offline`);
  prototype[name] = make(original);
};

/**
 * Corrects serverless-offline 14 in four places, and nothing else of it is touched:
 *
 * 1. what answers on its HTTP and Lambda ports is the local Lambda runtime's (http/http-api.ts, invoke/invoke-api.ts): its own answers 200 when a handler
 *    throws, and loses duplicate headers, bytes, raw queries and methods on the way;
 * 2. its worker thread is `EnvironmentWorker`: a crash of a thread ends one invocation and not the process;
 * 3. after such a crash the pool gets a new thread instead of waiting for the dead one;
 * 4. nobody has to listen to an invocation for its failure to be harmless.
 *
 * @param listeners what is to answer on the two ports
 */
export const patchServerlessOffline = async (listeners: Listeners): Promise<void> => {
  const main = createRequire(import.meta.url).resolve('serverless-offline');
  const load = async (path: string) =>
    (await import(new URL(path, `file://${main}`).href)) as { default: never };
  const hapi = createRequire(main)('@hapi/hapi') as { server(): HapiServer };
  const [{ default: Lambda }, { default: LambdaFunction }, { default: HandlerRunner }] = await Promise.all([
    load('lambda/Lambda.js'),
    load('lambda/LambdaFunction.js'),
    load('lambda/handler-runner/HandlerRunner.js'),
  ]);

  let lambda: OfflineLambda | undefined;
  wrap<OfflineLambda>(
    Lambda,
    'create',
    (original) =>
      function create(...args) {
        lambda = this;
        return original.apply(this, args);
      },
  );

  wrap<HapiServer>(
    { prototype: Object.getPrototypeOf(hapi.server()) },
    'start',
    (original) =>
      function start(...args) {
        if (lambda === undefined)
          throw new Error('serverless-offline starts a server before it has a function');
        const isInvokeApi = this.table().some(({ path }) => path.startsWith('/2015-03-31/functions/'));
        answerBy(this.listener, isInvokeApi ? listeners.invokeApi(lambda) : listeners.httpApi(lambda));
        return original.apply(this, args);
      },
  );

  wrap<Runner>(
    HandlerRunner,
    'run',
    (original) =>
      async function run(...args) {
        let outcome = (await original.apply(this, args)) as Outcome;
        if (outcome.ok || !outcome.environmentLost) return outcome;
        await this.cleanup();
        if (isNeverRan(outcome)) outcome = (await original.apply(this, args)) as Outcome;
        return outcome;
      },
  );

  wrap<object>(
    LambdaFunction,
    'runHandler',
    (original) =>
      function runHandler(...args) {
        const running = original.apply(this, args) as Promise<unknown>;
        running.catch(() => undefined);
        return running;
      },
  );

  workerThreads.Worker = EnvironmentWorker;
  syncBuiltinESMExports();
};
