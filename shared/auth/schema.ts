import * as z from 'zod';
import { text } from '../kernel/text.ts';

/** Longest e-mail address in characters (RFC 5321). */
export const MAX_EMAIL = 254;

/** Bounds of a password's length in characters (NIST SP 800-63B-4: at least 15 where it stands alone). */
export const PASSWORD_LENGTH = { min: 15, max: 128 } as const;

/** An e-mail address; two spellings that differ in case are one account. */
export const Email = text(3, MAX_EMAIL)
  .refine((value) => z.email().safeParse(value).success, 'Is not an e-mail address.')
  .transform((value) => value.toLowerCase());

/** Body of POST /auth/register. */
export const RegisterInput = z.strictObject({
  email: Email,
  password: text(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max),
});
export type RegisterInput = z.output<typeof RegisterInput>;

/** Reply of POST /auth/register: the same whether or not the address was known. */
export const RegisterReply = z.strictObject({ status: z.literal('accepted') });
export type RegisterReply = z.output<typeof RegisterReply>;

/** Body of POST /auth/login. A password of any length is tried, so that the reply is always the uniform 401. */
export const LogInInput = z.strictObject({ email: Email, password: text(1, PASSWORD_LENGTH.max) });
export type LogInInput = z.output<typeof LogInInput>;

/** Body of POST /auth/refresh. */
export const RefreshInput = z.strictObject({ refreshToken: text(1, 128) });
export type RefreshInput = z.output<typeof RefreshInput>;

/** Reply of log-in and refresh: times in seconds. */
export const Tokens = z.strictObject({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresIn: z.int(),
  refreshToken: z.string(),
  refreshExpiresIn: z.int(),
});
export type Tokens = z.output<typeof Tokens>;
