import assert from 'node:assert/strict';
import type { InvokeAnswer, Runtime } from '../../support/runtime.ts';

/** Tests one row on a runtime: throws when the runtime does otherwise than AWS. */
export type Check = (runtime: Runtime) => Promise<void>;

/** What this machine or this mode cannot show; the row is neither passed nor failed. */
export class NotMeasured extends Error {
  override name = 'NotMeasured';
}

/** The result of an invocation that has to succeed. */
export const resultOf = <T = Record<string, unknown>>(answer: InvokeAnswer): T => {
  assert.equal(answer.status, 200, `status ${answer.status}: ${answer.text.slice(0, 200)}`);
  assert.equal(answer.functionError, undefined, `failed: ${answer.text.slice(0, 200)}`);
  return answer.json as T;
};

/** The error of an invocation that has to fail in its function: status 200 and `Unhandled`. */
export const errorOf = (answer: InvokeAnswer) => {
  assert.equal(answer.status, 200, `status ${answer.status}: ${answer.text.slice(0, 200)}`);
  assert.equal(answer.functionError, 'Unhandled', `no function error: ${answer.text.slice(0, 200)}`);
  return answer.json as { errorType: string; errorMessage: string; trace?: string[] };
};

/** Asserts an error of a function by type and message, `trace` apart. */
export const assertError = (answer: InvokeAnswer, errorType: string, message: string | RegExp): void => {
  const { errorType: type, errorMessage } = errorOf(answer);
  assert.equal(type, errorType);
  if (typeof message === 'string') assert.equal(errorMessage, message);
  else assert.match(errorMessage, message);
};

/**
 * Longest wait for what happens at once, in ms. Ours does it, however slow the machine is; for serverless-offline it is also how long
 * a row takes to find that something never happens.
 */
export const soonMs = ({ name }: Runtime): number => (name === 'ours' ? 40_000 : 10_000);

/** Takes `ms`, for rows in which nothing may happen meanwhile. */
export const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asserts that a value lies within bounds, both included. */
export const assertWithin = (what: string, value: number, least: number, most: number): void =>
  assert.ok(value >= least && value <= most, `${what}: ${value} is not within ${least} and ${most}`);
