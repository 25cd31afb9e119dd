import { makeImageStore } from '@duet/shared/adapters/files/image-store.ts';
import { makeVerifyUpload } from '@duet/shared/adapters/files/upload-token.ts';
import { makeEventBus } from '@duet/shared/adapters/http/event-bus.ts';
import { makeFetchJwks } from '@duet/shared/adapters/http/jwks-source.ts';
import { makeKeyStore } from '@duet/shared/adapters/postgres/key-store.ts';
import { listenOutbox } from '@duet/shared/adapters/postgres/listen-outbox.ts';
import { migrate } from '@duet/shared/adapters/postgres/migrate.ts';
import { makeOutboxStore } from '@duet/shared/adapters/postgres/outbox-store.ts';
import { makePhotoStore } from '@duet/shared/adapters/postgres/photo-store.ts';
import { makePool, ping } from '@duet/shared/adapters/postgres/pool.ts';
import { makeProductStore } from '@duet/shared/adapters/postgres/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/postgres/reservation-store.ts';
import { makeResizer } from '@duet/shared/adapters/sharp/resizer.ts';
import { newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import type { Service, Tools } from '../edge/service.ts';
import { type InventoryAdapters, wireInventory } from './wire.ts';

const inPostgres = ({ log }: Tools): InventoryAdapters['makeStore'] => {
  const { DATABASE_URL: url, DATABASE_POOL: max } = readConfig({
    DATABASE_URL: variables.DATABASE_URL,
    DATABASE_POOL: variables.DATABASE_POOL,
  });
  const pool = makePool({ url, max, log });
  return (committed) => ({
    products: makeProductStore({ pool }),
    reservations: makeReservationStore({ pool, committed }),
    photos: makePhotoStore({ pool }),
    outbox: makeOutboxStore({ pool }),
    keys: makeKeyStore({ pool }),
    prepare: () => migrate({ url, context: 'inventory' }),
    ready: () => ping(pool),
    listen: (noticed) => ({ stop: listenOutbox({ url, onWake: noticed, log }).close }),
    close: () => pool.end(),
  });
};

const inFiles = (publicUrl: string): InventoryAdapters['makeImages'] => {
  const { PHOTOS_DIR: dir } = readConfig({ PHOTOS_DIR: variables.PHOTOS_DIR });
  return (sign) => makeImageStore({ dir, uploadUrl: `${publicUrl}/uploads`, sign, clock: systemClock });
};

/** Composes the inventory service from its environment. @throws ConfigError naming what is missing or wrong */
export const composeInventory = (tools: Tools): Service => {
  const config = readConfig({
    STORE: variables.STORE,
    IMAGES: variables.IMAGES,
    PUBLIC_URL: variables.PUBLIC_URL,
    AUTH_URL: variables.AUTH_URL,
    ORDERS_URL: variables.ORDERS_URL,
    TOKEN_ISSUER: variables.TOKEN_ISSUER,
  });
  const orders = config.ORDERS_URL;
  const adapters: InventoryAdapters = {
    makeStore: inPostgres(tools),
    makeImages: inFiles(config.PUBLIC_URL),
    makeVerifyUpload: (keys) => makeVerifyUpload({ keys, clock: systemClock }),
    resize: makeResizer(),
    makeBus: (token) =>
      makeEventBus({ subscribers: { 'stock-reserved': orders, 'stock-rejected': orders }, token }),
    fetchAuthJwks: makeFetchJwks({ url: config.AUTH_URL + routes.getJwks.path }),
    fetchOrdersJwks: makeFetchJwks({ url: orders + routes.getJwks.path }),
    issuer: config.TOKEN_ISSUER,
    clock: systemClock,
    newId: newUuid,
  };
  return wireInventory(adapters, tools);
};
