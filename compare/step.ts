import type { UseCase } from './files.ts';
import type { Walk } from './walk.ts';

/** One step of the journey. Its time is that of `run`, unless the walk sets the stopwatch itself. */
export type Step = {
  readonly id: string;
  readonly title: string;
  /** What happens, in a sentence or two. */
  readonly says: string;
  /** The use cases that serve it, in the order in which they run. */
  readonly useCases: readonly UseCase[];
  readonly run: (walk: Walk) => Promise<void>;
};

/** A body as JSON has it. */
export type Body = Record<string, unknown>;

/** What an earlier step kept. @throws Error when it kept nothing */
export const recall = (walk: Walk, name: string): string => {
  const value = walk.memory.get(name);
  if (value === undefined) throw new Error(`The journey has no ${name}: an earlier step failed.`);
  return value;
};

/** Keeps what a later step needs, if it is a text. */
export const keep = (walk: Walk, name: string, value: unknown): void => {
  if (typeof value === 'string') walk.memory.set(name, value);
};
