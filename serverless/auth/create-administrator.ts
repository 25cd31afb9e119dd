import type { CreateAdministrator } from '@duet/shared/auth/create-administrator.ts';
import { RegisterInput } from '@duet/shared/auth/schema.ts';
import { parse } from '@duet/shared/kernel/parse.ts';

/** Makes an administrator of the payload of an invocation; the permission to invoke is the operator's. */
export const createAdministrator =
  (run: CreateAdministrator) =>
  (event: unknown): Promise<{ readonly id: string }> =>
    run(parse(RegisterInput, event));
