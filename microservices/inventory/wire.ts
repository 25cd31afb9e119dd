import type { EventBus } from '@duet/shared/events/ports.ts';
import { INBOX_MS } from '@duet/shared/events/ports.ts';
import { makeReceiveEvent } from '@duet/shared/events/receive-event.ts';
import { makeRelayEvents } from '@duet/shared/events/relay-events.ts';
import type { ImageStore, PhotoStore, Resizer } from '@duet/shared/images/ports.ts';
import { makeResizeImage } from '@duet/shared/images/resize-image.ts';
import type { UploadGrant } from '@duet/shared/images/schema.ts';
import { makeSweepImages } from '@duet/shared/images/sweep-images.ts';
import { makeProductPhotos } from '@duet/shared/images/view-photo.ts';
import type { ProductStore, ReservationStore } from '@duet/shared/inventory/ports.ts';
import { makeReleaseStock } from '@duet/shared/inventory/release-stock.ts';
import { makeReserveStock } from '@duet/shared/inventory/reserve-stock.ts';
import { makeVerifyAccess } from '@duet/shared/kernel/access.ts';
import { makePublicKeys, type PublicKeys } from '@duet/shared/kernel/jwks.ts';
import type { SignToken } from '@duet/shared/kernel/token.ts';
import type { MakeEmittingStore, System } from '../edge/adapters.ts';
import { makeAuthenticate } from '../edge/authenticate.ts';
import { documents } from '../edge/documents.ts';
import { makeFreshEvents } from '../edge/fresh-events.ts';
import { keepKeys } from '../edge/keep-keys.ts';
import { hourly } from '../edge/loop.ts';
import { receiveEvents } from '../edge/receive-events.ts';
import type { Service, Tools } from '../edge/service.ts';
import { makeServiceIdentity } from '../edge/service-identity.ts';
import { receiveUpload } from '../images/receive-upload.ts';
import { resizeImage } from '../images/resize-image.ts';
import { sweepImages } from '../images/sweep-images.ts';
import { relayInventoryEvents } from './relay-inventory-events.ts';
import { releaseStock } from './release-stock.ts';
import { reserveStock } from './reserve-stock.ts';
import { inventoryRoutes } from './routes.ts';
import { inventoryUseCases } from './use-cases.ts';

/** What the inventory service is built on. Only `compose.ts` knows which technologies these are. */
export type InventoryAdapters = System & {
  readonly makeStore: MakeEmittingStore<{
    readonly products: ProductStore;
    readonly reservations: ReservationStore;
    readonly photos: PhotoStore;
  }>;
  /** The bytes of photos, and how an upload of them is let in. */
  readonly makeImages: (sign: SignToken) => ImageStore;
  /** Removes uploads that a process left when it died. Absent where the store does so by itself (a bucket's lifecycle). */
  readonly expireUploads?: () => Promise<unknown>;
  readonly makeVerifyUpload: (keys: PublicKeys) => (token: string) => Promise<UploadGrant>;
  readonly resize: Resizer;
  /** A bus to the orders service. */
  readonly makeBus: (token: () => Promise<string>) => EventBus & { readonly close: () => Promise<void> };
  readonly fetchAuthJwks: () => Promise<unknown>;
  readonly fetchOrdersJwks: () => Promise<unknown>;
  /** Auth's name in access tokens. */
  readonly issuer: string;
};

/** Wires the inventory service, which also mounts images. */
export const wireInventory = (adapters: InventoryAdapters, tools: Tools): Service => {
  const { clock, newId } = adapters;
  const fresh = makeFreshEvents(tools.requestIds);
  const store = adapters.makeStore(fresh.committed);
  const { products, reservations, photos } = store;
  const identity = makeServiceIdentity({ name: 'inventory', store: store.keys, clock, newId });
  const bus = adapters.makeBus(() => identity.tokenFor('orders'));
  const relay = makeRelayEvents({
    outbox: store.outbox,
    bus: fresh.over(bus),
    clock,
    random: Math.random,
    log: tools.log,
  });
  const authKeys = makePublicKeys({ fetchJwks: adapters.fetchAuthJwks, clock });
  const verify = makeVerifyAccess({ keys: authKeys, clock, issuer: adapters.issuer });
  const images = adapters.makeImages(identity.sign);
  const resizes = resizeImage(makeResizeImage({ photos, images, resize: adapters.resize, clock }), tools.log);
  const stock = { products, reservations, clock, newId };

  return {
    ...store,
    authenticate: makeAuthenticate({ verify }),
    served: inventoryRoutes(
      inventoryUseCases({ ...stock, photos, images, productPhotos: makeProductPhotos({ photos }) }),
    ),
    extras: [
      receiveEvents({
        verify: identity.verifyFrom('orders', adapters.fetchOrdersJwks),
        receive: makeReceiveEvent({
          ...reserveStock(makeReserveStock(stock)),
          ...releaseStock(makeReleaseStock(stock)),
        }),
        ...tools,
      }),
      receiveUpload({ verify: adapters.makeVerifyUpload(identity.ownKeys), images, resizes }),
      identity.jwksRoute,
      ...documents(),
    ],
    start: () => {
      const relayLoop = relayInventoryEvents(relay, tools.log);
      fresh.wakes(relayLoop);
      return [
        relayLoop,
        keepKeys(authKeys, tools.log),
        sweepImages(makeSweepImages({ photos, images, clock, resume: resizes.resume }), tools.log),
        hourly('forget-inbox', () => reservations.forgetInbox(clock() - INBOX_MS), tools.log),
        ...(adapters.expireUploads ? [hourly('expire-uploads', adapters.expireUploads, tools.log)] : []),
        ...(store.listen ? [store.listen(fresh.noticed)] : []),
        resizes,
      ];
    },
    close: async () => {
      await bus.close();
      await store.close();
    },
  };
};
