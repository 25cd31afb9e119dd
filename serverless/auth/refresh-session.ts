import type { RefreshSession } from '@duet/shared/auth/refresh-session.ts';
import { RefreshInput } from '@duet/shared/auth/schema.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, type HttpHandler, json } from '../edge/json.ts';

/** POST /auth/refresh on Lambda. */
export const refreshSession =
  (run: RefreshSession): HttpHandler =>
  async (event) => {
    const input = parse(RefreshInput, bodyOf(event));
    return json(200, await run(input));
  };
