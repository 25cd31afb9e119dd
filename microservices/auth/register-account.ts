import type { RegisterAccount } from '@duet/shared/auth/register-account.ts';
import { RegisterInput } from '@duet/shared/auth/schema.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, type HttpHandler, json } from '../edge/json.ts';

/** POST /auth/register on Express. */
export const registerAccount =
  (run: RegisterAccount): HttpHandler =>
  async (req, res) => {
    const input = parse(RegisterInput, bodyOf(req));
    json(res, 202, await run(input));
  };
