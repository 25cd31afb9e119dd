import { makeAccountStore } from '@duet/shared/adapters/postgres/account-store.ts';
import { makeAttemptStore } from '@duet/shared/adapters/postgres/attempt-store.ts';
import { makeKeyStore } from '@duet/shared/adapters/postgres/key-store.ts';
import { makeOrderStore } from '@duet/shared/adapters/postgres/order-store.ts';
import { makeOutboxStore } from '@duet/shared/adapters/postgres/outbox-store.ts';
import { makePhotoStore } from '@duet/shared/adapters/postgres/photo-store.ts';
import { makePool } from '@duet/shared/adapters/postgres/pool.ts';
import { makeProductStore } from '@duet/shared/adapters/postgres/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/postgres/reservation-store.ts';
import { makeSessionStore } from '@duet/shared/adapters/postgres/session-store.ts';
import type { DomainEvent } from '@duet/shared/events/event.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import type { Implementation } from './implementations.ts';
import { contexts, emptyTables, openSchemas } from './postgres-schemas.ts';

/** Enough connections for every worker of a race to have one: they shall meet in the database, not in the pool. */
const CONNECTIONS = 20;

/** PostgreSQL, with a schema of its own in each database for each file of tests. */
export const postgres: Implementation = {
  name: 'postgres',
  forgets: 'on-request',
  start: async () => {
    const schemas = await openSchemas();
    const makeContextPool = (url: string) => makePool({ url, max: CONNECTIONS, log: silentLog });
    const auth = makeContextPool(schemas.urls.auth);
    const inventory = makeContextPool(schemas.urls.inventory);
    const orders = makeContextPool(schemas.urls.orders);
    const pools = { auth, inventory, orders };
    return {
      open: async () => {
        for (const context of contexts) await emptyTables(pools[context]);
        const events: DomainEvent[] = [];
        const committed = (written: readonly DomainEvent[]) => void events.push(...written);
        return {
          accounts: makeAccountStore({ pool: auth }),
          sessions: makeSessionStore({ pool: auth }),
          attempts: makeAttemptStore({ pool: auth }),
          keys: makeKeyStore({ pool: auth }),
          products: makeProductStore({ pool: inventory }),
          reservations: makeReservationStore({ pool: inventory, committed }),
          inventoryOutbox: makeOutboxStore({ pool: inventory }),
          photos: makePhotoStore({ pool: inventory }),
          orders: makeOrderStore({ pool: orders, committed }),
          orderOutbox: makeOutboxStore({ pool: orders }),
          committed: events,
        };
      },
      stop: async () => {
        for (const context of contexts) await pools[context].end();
        await schemas.drop();
      },
    };
  },
};
