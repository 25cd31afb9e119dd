import type { AttemptLimit, AttemptStore } from '../../auth/ports.ts';

/** Counts attempts in this process's memory, for tests. Windows are aligned to the epoch. */
export const makeAttemptStore = (): AttemptStore => {
  const counts = new Map<string, { readonly count: number; readonly endsAt: number }>();
  const windowOf = ({ key, windowMs }: AttemptLimit, now: number) => {
    const endsAt = (Math.floor(now / windowMs) + 1) * windowMs;
    const id = `${key} ${endsAt}`;
    return { id, endsAt, count: counts.get(id)?.count ?? 0 };
  };
  return {
    take: async (limits, now) => {
      const windows = limits.map((limit) => ({ ...windowOf(limit, now), limit: limit.limit }));
      const full = windows.filter(({ count, limit }) => count >= limit);
      if (full.length > 0) return Math.max(...full.map(({ endsAt }) => endsAt - now));
      for (const { id, endsAt, count } of windows) counts.set(id, { count: count + 1, endsAt });
      return 0;
    },
    refund: async (limits, now) => {
      for (const limit of limits) {
        const { id, endsAt, count } = windowOf(limit, now);
        if (count > 0) counts.set(id, { count: count - 1, endsAt });
      }
    },
    removeExpired: async (now) => {
      for (const [id, { endsAt }] of counts) if (endsAt < now) counts.delete(id);
    },
  };
};
