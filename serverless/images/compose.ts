import { environmentCredentials } from '@duet/shared/adapters/aws/access.ts';
import { makePhotoStore } from '@duet/shared/adapters/dynamodb/photo-store.ts';
import { makeProductStore } from '@duet/shared/adapters/dynamodb/product-store.ts';
import { makeImageStore } from '@duet/shared/adapters/s3/image-store.ts';
import { makeResizer } from '@duet/shared/adapters/sharp/resizer.ts';
import { newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { makeGetPhoto } from '@duet/shared/images/get-photo.ts';
import type { ImageStore, PhotoStore } from '@duet/shared/images/ports.ts';
import { makeRequestUpload } from '@duet/shared/images/request-upload.ts';
import { makeResizeImage } from '@duet/shared/images/resize-image.ts';
import { makeSweepImages } from '@duet/shared/images/sweep-images.ts';
import type { ProductStore } from '@duet/shared/inventory/ports.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { type Access, composeAccess, tableOf } from '../edge/compose.ts';
import type { FunctionLog } from '../edge/log.ts';

/** What is known of photos; the inventory functions show it with their products. */
export const photosIn = async (access: Access): Promise<PhotoStore> => {
  if ('pool' in access) {
    const postgres = await import('@duet/shared/adapters/postgres/photo-store.ts');
    return postgres.makePhotoStore({ pool: access.pool });
  }
  return makePhotoStore({ client: access.client, table: tableOf('IMAGES_TABLE') });
};

const productsIn = async (access: Access): Promise<ProductStore> => {
  if ('pool' in access) {
    const postgres = await import('@duet/shared/adapters/postgres/product-store.ts');
    return postgres.makeProductStore({ pool: access.pool });
  }
  return makeProductStore({ client: access.client, table: tableOf('INVENTORY_TABLE') });
};

const bucket = (): ImageStore => {
  const config = readConfig({
    PHOTOS_BUCKET: variables.PHOTOS_BUCKET,
    AWS_REGION: variables.AWS_REGION,
    AWS_ENDPOINT_URL_S3: variables.AWS_ENDPOINT_URL_S3,
  });
  return makeImageStore({
    bucket: config.PHOTOS_BUCKET,
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL_S3,
    credentials: environmentCredentials,
  });
};

const access = (log: Log): Promise<Access> => composeAccess('INVENTORY_DATABASE_URL', log);

const photosAndImages = async (log: Log) => ({
  photos: await photosIn(await access(log)),
  images: bucket(),
  clock: systemClock,
});

/** What POST /products/{id}/images runs. Whether the product exists is all that it asks of the inventory context. */
export const composeRequestUpload = async (log: FunctionLog) => {
  const shared = await access(log);
  const [photos, products] = await Promise.all([photosIn(shared), productsIn(shared)]);
  const productExists = async (id: string): Promise<boolean> => (await products.find(id)) !== undefined;
  return makeRequestUpload({ photos, images: bucket(), productExists, clock: systemClock, newId: newUuid });
};

/** What GET /images/{imageId}/{variant} runs. */
export const composeGetPhoto = async (log: FunctionLog) => makeGetPhoto(await photosAndImages(log));

/** What a new object of the bucket starts. */
export const composeResizeImage = async (log: FunctionLog) =>
  makeResizeImage({ ...(await photosAndImages(log)), resize: makeResizer() });

/** What the schedule runs. Lambda tries a failed resize again by itself, so the sweep need not. */
export const composeSweepImages = async (log: FunctionLog) => makeSweepImages(await photosAndImages(log));
