import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import { type Log, makeJsonLog, silentLog } from '@duet/shared/kernel/log.ts';

/** The log of one environment. An environment serves one invocation at a time, so it has one current request. */
export type FunctionLog = Log & {
  /** Names the request that the following lines, and the events sent meanwhile, belong to. */
  readonly begin: (requestId: string) => void;
  /** The request under way. */
  readonly requestId: () => string | undefined;
};

const nothing = (): void => {};

/**
 * A log of JSON lines on standard output, where CloudWatch takes them, from the level LOG_LEVEL upwards.
 *
 * @param name the function's key, in every line
 */
export const makeFunctionLog = (name: string): FunctionLog => {
  const { LOG_LEVEL } = readConfig({ LOG_LEVEL: variables.LOG_LEVEL });
  let current: string | undefined;
  const { info, warn, error } =
    LOG_LEVEL === 'silent'
      ? silentLog
      : makeJsonLog((line) => process.stdout.write(`${line}\n`), { function: name });
  const named =
    (write: Log['info']): Log['info'] =>
    (fields, message) =>
      write(current === undefined ? fields : { requestId: current, ...fields }, message);
  return {
    info: LOG_LEVEL === 'warn' || LOG_LEVEL === 'error' ? nothing : named(info),
    warn: LOG_LEVEL === 'error' ? nothing : named(warn),
    error: named(error),
    begin: (requestId) => {
      current = requestId;
    },
    requestId: () => current,
  };
};
