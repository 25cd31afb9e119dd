import type { Role } from '../kernel/user.ts';

/** An account as it is stored. Times are ISO 8601 in UTC. */
export type Account = {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** An encoded argon2id hash (PHC string). */
  readonly passwordHash: string;
  readonly createdAt: string;
};

/** Keeps accounts; an e-mail address is unique. */
export type AccountStore = {
  /** Adds an account; false, and no change, when its address is taken. */
  readonly insert: (account: Account) => Promise<boolean>;
  readonly findByEmail: (email: string) => Promise<Account | undefined>;
  readonly findById: (id: string) => Promise<Account | undefined>;
};

/** A refresh token as it is stored: never the token, only its hash. `expiresAt` in ms since the epoch. */
export type RefreshToken = {
  readonly hash: string;
  readonly familyId: string;
  readonly accountId: string;
  readonly expiresAt: number;
};

/** A stored refresh token with what became of it. */
export type FoundToken = RefreshToken & { readonly used: boolean; readonly familyRevoked: boolean };

/** Keeps refresh tokens by family: all the tokens that descend from one log-in. */
export type SessionStore = {
  /** Starts a family with its first token. */
  readonly start: (token: RefreshToken) => Promise<void>;
  readonly find: (hash: string) => Promise<FoundToken | undefined>;
  /**
   * Marks a token used and adds its successor, in one transaction. False, and no change, when it was used already or
   * its family is revoked.
   */
  readonly rotate: (hash: string, next: RefreshToken) => Promise<boolean>;
  /** Revokes a family: none of its tokens, present or future, is honoured again. */
  readonly revokeFamily: (familyId: string) => Promise<void>;
  /** Removes what expired before `now` (ms since the epoch). */
  readonly removeExpired: (now: number) => Promise<void>;
};

/** A limit on attempts: at most `limit` in each window of `windowMs`. `key` names who is counted. */
export type AttemptLimit = { readonly key: string; readonly limit: number; readonly windowMs: number };

/** Counts attempts in fixed windows, in the store, so that replicas and environments share the count. */
export type AttemptStore = {
  /**
   * Counts one attempt against every limit, or against none. Returns 0 when it is allowed, else the milliseconds until
   * the exhausted window ends. Many at once never pass a limit.
   */
  readonly take: (limits: readonly AttemptLimit[], now: number) => Promise<number>;
  /** Takes one attempt back: it turned out to be a rightful one. */
  readonly refund: (limits: readonly AttemptLimit[], now: number) => Promise<void>;
  /** Removes windows that ended before `now`. */
  readonly removeExpired: (now: number) => Promise<void>;
};

/** Hashes passwords slowly. Both throw DomainError `overloaded` when too many wait. */
export type PasswordHasher = {
  readonly hash: (password: string) => Promise<string>;
  /** Without a hash it does the same work and says false, so that time does not tell who has an account. */
  readonly verify: (hash: string | undefined, password: string) => Promise<boolean>;
};
