import type { LogIn } from '@duet/shared/auth/log-in.ts';
import { LogInInput } from '@duet/shared/auth/schema.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { ipOf } from '../edge/authenticate.ts';
import { bodyOf, type HttpHandler, json } from '../edge/json.ts';

/** POST /auth/login on Lambda. */
export const logIn =
  (run: LogIn): HttpHandler =>
  async (event) => {
    const input = parse(LogInInput, bodyOf(event));
    return json(200, await run(input, ipOf(event)));
  };
