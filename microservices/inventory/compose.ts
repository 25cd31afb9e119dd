import { environmentCredentials } from '@duet/shared/adapters/aws/access.ts';
import { makePhotoStore as makeDynamoPhotos } from '@duet/shared/adapters/dynamodb/photo-store.ts';
import { makeProductStore as makeDynamoProducts } from '@duet/shared/adapters/dynamodb/product-store.ts';
import { makeReservationStore as makeDynamoReservations } from '@duet/shared/adapters/dynamodb/reservation-store.ts';
import { makeExpireUploads, makeImageStore } from '@duet/shared/adapters/files/image-store.ts';
import { makeVerifyUpload } from '@duet/shared/adapters/files/upload-token.ts';
import { makeEventBus } from '@duet/shared/adapters/http/event-bus.ts';
import { makeFetchJwks } from '@duet/shared/adapters/http/jwks-source.ts';
import { makePhotoStore } from '@duet/shared/adapters/postgres/photo-store.ts';
import { makeProductStore } from '@duet/shared/adapters/postgres/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/postgres/reservation-store.ts';
import { makeImageStore as makeS3Images } from '@duet/shared/adapters/s3/image-store.ts';
import { makeResizer } from '@duet/shared/adapters/sharp/resizer.ts';
import { newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import { composeDynamo, composePostgres } from '../edge/compose.ts';
import type { Service, Tools } from '../edge/service.ts';
import { type InventoryAdapters, wireInventory } from './wire.ts';

const inPostgres = ({ log }: Tools): InventoryAdapters['makeStore'] => {
  const { pool, emitting } = composePostgres('inventory', log);
  return (committed) => ({
    ...emitting(),
    products: makeProductStore({ pool }),
    reservations: makeReservationStore({ pool, committed }),
    photos: makePhotoStore({ pool }),
  });
};

const inDynamo = (): InventoryAdapters['makeStore'] => {
  const { IMAGES_TABLE } = readConfig({ IMAGES_TABLE: variables.IMAGES_TABLE });
  const { at, emitting } = composeDynamo('INVENTORY_TABLE');
  return (committed) => ({
    ...emitting(),
    products: makeDynamoProducts(at),
    reservations: makeDynamoReservations({ ...at, committed }),
    photos: makeDynamoPhotos({ client: at.client, table: IMAGES_TABLE }),
  });
};

/** An upload's bytes come by way of this service, with a capability that it signed, wherever they lie afterwards. */
const uploadsThrough = (publicUrl: string, dir: string): InventoryAdapters['makeImages'] => {
  return (sign) => makeImageStore({ dir, uploadUrl: `${publicUrl}/uploads`, sign, clock: systemClock });
};

type Images = Pick<InventoryAdapters, 'makeImages' | 'expireUploads'>;

const inFiles = (publicUrl: string): Images => {
  const { PHOTOS_DIR: dir } = readConfig({ PHOTOS_DIR: variables.PHOTOS_DIR });
  const expireUploads = makeExpireUploads({ dir, clock: systemClock });
  return { makeImages: uploadsThrough(publicUrl, dir), expireUploads };
};

const inS3 = (publicUrl: string): Images => {
  const config = readConfig({
    AWS_REGION: variables.AWS_REGION,
    AWS_ENDPOINT_URL_S3: variables.AWS_ENDPOINT_URL_S3,
    PHOTOS_BUCKET: variables.PHOTOS_BUCKET,
  });
  const bucket = makeS3Images({
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL_S3,
    credentials: environmentCredentials,
    bucket: config.PHOTOS_BUCKET,
  });
  return { makeImages: (sign) => ({ ...bucket, presign: uploadsThrough(publicUrl, '.')(sign).presign }) };
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
    makeStore: config.STORE === 'postgres' ? inPostgres(tools) : inDynamo(),
    ...(config.IMAGES === 'files' ? inFiles : inS3)(config.PUBLIC_URL),
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
