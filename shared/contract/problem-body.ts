import * as z from 'zod';
import type { ErrorCode } from '../kernel/errors.ts';
import { PROBLEMS, problemType } from '../kernel/problem.ts';

/** Every code of the contract, in the order of their statuses. */
export const errorCodes = Object.keys(PROBLEMS) as readonly ErrorCode[];

/** Body of every refusal: problem details of RFC 9457, with the types of this contract and nothing else. */
export const ProblemBody = z.strictObject({
  type: z.enum(errorCodes.map(problemType)),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().optional(),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
});

/** A refusal's body, validated. */
export type ProblemBody = z.output<typeof ProblemBody>;

/** The code that a problem's type stands for; undefined when it is not one of the contract. */
export const codeOfProblem = (problem: Pick<ProblemBody, 'type'>): ErrorCode | undefined =>
  errorCodes.find((code) => problemType(code) === problem.type);
