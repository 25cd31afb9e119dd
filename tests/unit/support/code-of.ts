import { DomainError, type ErrorCode } from '@duet/shared/kernel/errors.ts';

/** The code of the DomainError that `run` throws; undefined when it throws nothing. Any other error goes on. */
export const codeOf = (run: () => unknown): ErrorCode | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

/** The same for a promise. */
export const codeOfPromise = async (promise: Promise<unknown>): Promise<ErrorCode | undefined> => {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};
