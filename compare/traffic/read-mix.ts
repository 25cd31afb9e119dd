import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { UsageError } from '../options.ts';
import { KIND_NAMES, type Kind, MIXES, requestsOf, THINK_SECONDS, ZIPF_EXPONENT } from './mix.ts';

/** A mix of sessions as a run uses it. */
export const Mix = z.strictObject({
  name: z.string().min(1).max(60).default('own'),
  /** Relative frequencies of the kinds among sessions. */
  weights: z
    .partialRecord(z.enum(KIND_NAMES), z.number().min(0).max(1_000_000))
    .refine(
      (weights) => Object.values(weights).some((weight) => weight > 0),
      'No kind has a weight above 0.',
    ),
  /** Mean time between two steps of a session, in s. */
  thinkSeconds: z.number().min(0).max(60).default(THINK_SECONDS),
  /** How much more popular the popular products are; 0: all alike. */
  zipf: z.number().min(0).max(3).default(ZIPF_EXPONENT),
});
export type Mix = z.output<typeof Mix>;

type Named = keyof typeof MIXES;
const NAMES = Object.keys(MIXES) as readonly Named[];

const refuse = (why: string): UsageError =>
  new UsageError(
    `${why}\nA mix is one of ${NAMES.join(', ')}, or JSON such as {"weights": {"browser": 3, "returning": 1}} with any of ${KIND_NAMES.join(', ')}, and "thinkSeconds" and "zipf" if wanted.`,
  );

/**
 * Reads a mix: one of the names in `MIXES`, or the text of a JSON file.
 *
 * @throws UsageError naming what is wrong with it
 */
export const readMix = (text: string): Mix => {
  const name = NAMES.find((known) => known === text);
  if (name) return Mix.parse({ name, weights: MIXES[name].weights });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(text.trimStart().startsWith('{') ? (error as Error).message : `There is no mix "${text}".`);
  }
  const mix = Mix.safeParse(json);
  if (mix.success) return mix.data;
  throw refuse(
    mix.error.issues.map(({ path, message }) => `${path.join('.') || 'The mix'}: ${message}`).join('\n'),
  );
};

/**
 * What `--mix` names: a mix that has a name, or the path of a JSON file.
 *
 * @throws UsageError naming what is wrong with it
 */
export const findMix = (nameOrPath: string): Mix => {
  if (NAMES.some((known) => known === nameOrPath)) return readMix(nameOrPath);
  let text: string;
  try {
    text = readFileSync(nameOrPath, 'utf8');
  } catch (error) {
    throw refuse(
      `There is no mix "${nameOrPath}" and no such file (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
  return readMix(text);
};

/** The share of each kind among the sessions of a mix, from 0 to 1. */
export const sharesOf = ({ weights }: Mix): readonly (readonly [Kind, number])[] => {
  const total = KIND_NAMES.reduce((sum, kind) => sum + (weights[kind] ?? 0), 0);
  return KIND_NAMES.map((kind) => [kind, (weights[kind] ?? 0) / total] as const);
};

/** Requests that a session of a mix plans, on average: a rate of requests divided by this is the rate of sessions. */
export const meanRequests = (mix: Mix): number =>
  sharesOf(mix).reduce((sum, [kind, share]) => sum + share * requestsOf(kind), 0);
