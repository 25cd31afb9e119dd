import { DomainError } from '../kernel/errors.ts';
import type { Clock, NewId } from '../kernel/ids.ts';
import type { AccountStore, PasswordHasher } from './ports.ts';
import type { RegisterInput } from './schema.ts';

/** Creates an administrator. */
export type CreateAdministrator = (input: RegisterInput) => Promise<{ readonly id: string }>;

/**
 * Creates an administrator. No HTTP route leads here: the operator's access to the stack itself is the permission.
 *
 * @throws DomainError `invalid-state` when the address has an account already
 */
export const makeCreateAdministrator =
  (deps: {
    accounts: AccountStore;
    hasher: PasswordHasher;
    clock: Clock;
    newId: NewId;
  }): CreateAdministrator =>
  async (input) => {
    const id = deps.newId();
    const passwordHash = await deps.hasher.hash(input.password);
    const createdAt = new Date(deps.clock()).toISOString();
    const added = await deps.accounts.insert({
      id,
      email: input.email,
      role: 'admin',
      passwordHash,
      createdAt,
    });
    if (!added) throw new DomainError('invalid-state', { detail: 'This address has an account already.' });
    return { id };
  };
