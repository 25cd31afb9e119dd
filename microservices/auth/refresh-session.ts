import type { RefreshSession } from '@duet/shared/auth/refresh-session.ts';
import { RefreshInput } from '@duet/shared/auth/schema.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, type HttpHandler, json } from '../edge/json.ts';

/** POST /auth/refresh on Express. */
export const refreshSession =
  (run: RefreshSession): HttpHandler =>
  async (req, res) => {
    const input = parse(RefreshInput, bodyOf(req));
    json(res, 200, await run(input));
  };
