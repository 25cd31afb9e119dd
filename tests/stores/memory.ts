import { makeAccountStore } from '@duet/shared/adapters/memory/account-store.ts';
import { makeAttemptStore } from '@duet/shared/adapters/memory/attempt-store.ts';
import { makeKeyStore } from '@duet/shared/adapters/memory/key-store.ts';
import { makeOrderStore } from '@duet/shared/adapters/memory/order-store.ts';
import { type MemoryOutbox, makeOutboxStore } from '@duet/shared/adapters/memory/outbox-store.ts';
import { makePhotoStore } from '@duet/shared/adapters/memory/photo-store.ts';
import { type MemoryProducts, makeProductStore } from '@duet/shared/adapters/memory/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/memory/reservation-store.ts';
import { makeSessionStore } from '@duet/shared/adapters/memory/session-store.ts';
import type { DomainEvent } from '@duet/shared/events/event.ts';
import type { Implementation, Stores } from './implementations.ts';

const open = async (): Promise<Stores> => {
  const products: MemoryProducts = new Map();
  const inventory: MemoryOutbox = new Map();
  const orders: MemoryOutbox = new Map();
  const events: DomainEvent[] = [];
  const committed = (written: readonly DomainEvent[]) => void events.push(...written);
  return {
    accounts: makeAccountStore(),
    sessions: makeSessionStore(),
    attempts: makeAttemptStore(),
    keys: makeKeyStore(),
    products: makeProductStore({ products }),
    reservations: makeReservationStore({ products, outbox: inventory, committed }),
    inventoryOutbox: makeOutboxStore({ outbox: inventory }),
    photos: makePhotoStore(),
    orders: makeOrderStore({ outbox: orders, committed }),
    orderOutbox: makeOutboxStore({ outbox: orders }),
    committed: events,
  };
};

/** The stores in memory: what use cases are tested with must keep the same promises as what they run on. */
export const memory: Implementation = {
  name: 'memory',
  forgets: 'on-request',
  start: async () => ({ open, stop: async () => {} }),
};
