import type { Account, AccountStore } from '../../auth/ports.ts';

/** Accounts in this process's memory, for tests. */
export const makeAccountStore = (): AccountStore => {
  const byId = new Map<string, Account>();
  const byEmail = new Map<string, Account>();
  return {
    insert: async (account) => {
      if (byEmail.has(account.email)) return false;
      byEmail.set(account.email, account);
      byId.set(account.id, account);
      return true;
    },
    findByEmail: async (email) => byEmail.get(email),
    findById: async (id) => byId.get(id),
  };
};
