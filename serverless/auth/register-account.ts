import type { RegisterAccount } from '@duet/shared/auth/register-account.ts';
import { RegisterInput } from '@duet/shared/auth/schema.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, type HttpHandler, json } from '../edge/json.ts';

/** POST /auth/register on Lambda. */
export const registerAccount =
  (run: RegisterAccount): HttpHandler =>
  async (event) => {
    const input = parse(RegisterInput, bodyOf(event));
    return json(202, await run(input));
  };
