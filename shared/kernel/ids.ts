import * as z from 'zod';

/** Makes identifiers. Injected, so that domain code holds no randomness. */
export type NewId = () => string;

/** The time now in milliseconds since the epoch. Injected, so that domain code holds no clock. */
export type Clock = () => number;

/** A UUID of any version in canonical lower case; new ones are version 7, whose order is that of creation. */
export const Id = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'Is not a UUID.');
