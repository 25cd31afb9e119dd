import type { KeyStore, SigningKey } from '../../kernel/token.ts';

/** Signing keys in this process's memory, for tests. */
export const makeKeyStore = (): KeyStore => {
  const keys: SigningKey[] = [];
  return {
    list: async () => [...keys],
    insertFirst: async (key) => {
      if (keys.length === 0) keys.push(key);
      return [...keys];
    },
  };
};
