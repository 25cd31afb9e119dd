import type { RefreshToken, SessionStore } from '../../auth/ports.ts';

/** Refresh tokens in this process's memory, for tests. */
export const makeSessionStore = (): SessionStore => {
  const tokens = new Map<string, RefreshToken & { readonly used: boolean }>();
  const revoked = new Set<string>();
  return {
    start: async (token) => {
      tokens.set(token.hash, { ...token, used: false });
    },
    find: async (hash) => {
      const token = tokens.get(hash);
      return token && { ...token, familyRevoked: revoked.has(token.familyId) };
    },
    rotate: async (hash, next) => {
      const token = tokens.get(hash);
      if (!token || token.used || revoked.has(token.familyId)) return false;
      tokens.set(hash, { ...token, used: true });
      tokens.set(next.hash, { ...next, used: false });
      return true;
    },
    revokeFamily: async (familyId) => {
      revoked.add(familyId);
    },
    removeExpired: async (now) => {
      for (const token of tokens.values()) if (token.expiresAt < now) tokens.delete(token.hash);
    },
  };
};
