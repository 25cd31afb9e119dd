import type { Committed, OutboxStore } from '@duet/shared/events/ports.ts';
import type { Clock, NewId } from '@duet/shared/kernel/ids.ts';
import type { KeyStore } from '@duet/shared/kernel/token.ts';

/** What every service's store brings besides its tables. */
export type ServiceStore = {
  readonly keys: KeyStore;
  /** Brings the store to the shape that this version needs. Repeatable. */
  readonly prepare: () => Promise<unknown>;
  /** Rejects while the store does not answer. */
  readonly ready: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
};

/** A store with an outbox. */
export type EmittingStore = ServiceStore & {
  readonly outbox: OutboxStore;
  /** Tells of commits by any process, where the store can (LISTEN). */
  readonly listen?: (noticed: () => void) => { readonly stop: () => Promise<void> };
};

/** Makes a store that calls `committed` after every commit of events. */
export type MakeEmittingStore<T> = (committed: Committed) => EmittingStore & T;

/** Time and chance. */
export type System = { readonly clock: Clock; readonly newId: NewId };
