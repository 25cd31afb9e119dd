import type { Clock, NewId } from '../kernel/ids.ts';
import type { AccountStore, PasswordHasher } from './ports.ts';
import type { RegisterInput, RegisterReply } from './schema.ts';

/** Registers a customer. */
export type RegisterAccount = (input: RegisterInput) => Promise<RegisterReply>;

/**
 * Registers a customer. The password is hashed and the reply is the same whether or not the address is known, so
 * that neither the reply nor its time tells who has an account. A known address keeps its password.
 */
export const makeRegisterAccount =
  (deps: { accounts: AccountStore; hasher: PasswordHasher; clock: Clock; newId: NewId }): RegisterAccount =>
  async (input) => {
    const passwordHash = await deps.hasher.hash(input.password);
    await deps.accounts.insert({
      id: deps.newId(),
      email: input.email,
      role: 'customer',
      passwordHash,
      createdAt: new Date(deps.clock()).toISOString(),
    });
    return { status: 'accepted' };
  };
