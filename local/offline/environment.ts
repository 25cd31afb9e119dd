import { join } from 'node:path';
import { MessagePort, Worker, type WorkerOptions } from 'node:worker_threads';
import { THREAD_BUNDLE } from './build.ts';
import type { Invocation } from './environment-thread.ts';
import { exitError, type Outcome } from './outcome.ts';

/** What serverless-offline posts to a worker: an invocation and the port on which it awaits the answer. */
interface OfflineMessage {
  readonly event: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly port: MessagePort;
}

const isOfflineMessage = (message: unknown): message is OfflineMessage =>
  typeof message === 'object' && message !== null && 'port' in message && message.port instanceof MessagePort;

const NEVER_RAN = {
  ok: false,
  error: { errorType: 'Runtime.ExitError', errorMessage: 'the environment had ended before the invocation' },
  environmentLost: true,
} as const satisfies Outcome;

/** Whether the environment had died before the invocation reached it: nothing ran, so it may run elsewhere. */
export const isNeverRan = (outcome: Outcome): boolean =>
  !outcome.ok && outcome.error.errorMessage === NEVER_RAN.error.errorMessage;

/** The thread's own bundle, built with the functions: TypeScript would cost each new environment 15 ms. */
const threadOf = ({ workerData }: WorkerOptions): string => join(workerData.servicePath, THREAD_BUNDLE);

/** The heap may be as large as the function's memory. */
const limited = (options: WorkerOptions): WorkerOptions => {
  const env = options.env as NodeJS.ProcessEnv;
  return {
    ...options,
    resourceLimits: { maxOldGenerationSizeMb: Number(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']) },
  };
};

/**
 * Takes the place of `Worker` for serverless-offline. Its own worker would end the whole process with an exception that
 * no handler catches (the 'error' event has no listener there), would leave an invocation without an answer when the thread
 * ends (`process.exit`, out of memory), and would lose the names of errors. Here every invocation gets exactly one
 * `Outcome`, whatever becomes of the thread. Any other script's worker is an ordinary one.
 */
export class EnvironmentWorker extends Worker {
  #inFlight: OfflineMessage | undefined;
  #isStarted = false;
  #ended = false;

  constructor(script: string | URL, options: WorkerOptions = {}) {
    const isEnvironment = String(script).endsWith('workerThreadHelper.js');
    super(isEnvironment ? threadOf(options) : script, isEnvironment ? limited(options) : options);
    if (!isEnvironment) return;
    this.on('message', (message: 'started' | Outcome) => {
      if (message === 'started') this.#isStarted = true;
      else this.#answer(message);
    });
    this.on('error', (thrown) => {
      const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      process.stderr.write(`Uncaught in a function's environment, which ends: ${error}\n`);
    });
    this.on('exit', (code) => {
      this.#ended = true;
      const requestId = String(this.#inFlight?.context['awsRequestId']);
      const failed: Outcome = { ok: false, error: exitError(requestId, code), environmentLost: true };
      this.#answer(this.#isStarted ? failed : NEVER_RAN);
    });
  }

  #answer(outcome: Outcome): void {
    const asked = this.#inFlight;
    this.#inFlight = undefined;
    asked?.port.postMessage(outcome);
    asked?.port.close();
  }

  override postMessage(message: unknown, transfer?: Parameters<Worker['postMessage']>[1]): void {
    if (!isOfflineMessage(message)) {
      super.postMessage(message, transfer as never);
    } else if (this.#ended) {
      message.port.postMessage(NEVER_RAN);
      message.port.close();
    } else {
      this.#inFlight = message;
      this.#isStarted = false;
      const { event, context } = message;
      super.postMessage({ event, context } satisfies Invocation);
    }
  }
}
