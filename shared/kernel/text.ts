import * as z from 'zod';

/**
 * Text of `min` to `max` UTF-16 code units that every store can keep: well-formed Unicode (no lone surrogate)
 * and no NUL, which PostgreSQL cannot hold.
 */
export const text = (min: number, max: number): z.ZodType<string> =>
  z
    .string()
    .min(min)
    .max(max)
    .refine((value) => value.isWellFormed(), 'Has a lone surrogate.')
    .refine((value) => !value.includes('\0'), 'Has a NUL character.');
