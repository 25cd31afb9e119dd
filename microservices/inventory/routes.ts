import { routes } from '@duet/shared/contract/routes.ts';
import type { GetPhoto } from '@duet/shared/images/get-photo.ts';
import type { RequestUpload } from '@duet/shared/images/request-upload.ts';
import type { CreateProduct } from '@duet/shared/inventory/create-product.ts';
import type { GetProduct } from '@duet/shared/inventory/get-product.ts';
import type { ListProducts } from '@duet/shared/inventory/list-products.ts';
import type { SetStock } from '@duet/shared/inventory/set-stock.ts';
import type { UpdateProduct } from '@duet/shared/inventory/update-product.ts';
import type { Served } from '../edge/app.ts';
import { getPhoto } from '../images/get-photo.ts';
import { requestUpload } from '../images/request-upload.ts';
import { createProduct } from './create-product.ts';
import { getProduct } from './get-product.ts';
import { listProducts } from './list-products.ts';
import { setStock } from './set-stock.ts';
import { updateProduct } from './update-product.ts';

/** The use cases that this service serves. */
export type InventoryUseCases = {
  readonly listProducts: ListProducts;
  readonly createProduct: CreateProduct;
  readonly getProduct: GetProduct;
  readonly updateProduct: UpdateProduct;
  readonly setStock: SetStock;
  readonly requestUpload: RequestUpload;
  readonly getPhoto: GetPhoto;
};

/** The inventory service's rows of the contract, and those of images, which it mounts. */
export const inventoryRoutes = (run: InventoryUseCases): Served[] => [
  { route: routes.listProducts, handler: listProducts(run.listProducts) },
  { route: routes.createProduct, handler: createProduct(run.createProduct) },
  { route: routes.getProduct, handler: getProduct(run.getProduct) },
  { route: routes.updateProduct, handler: updateProduct(run.updateProduct) },
  { route: routes.setStock, handler: setStock(run.setStock) },
  { route: routes.requestUpload, handler: requestUpload(run.requestUpload) },
  { route: routes.getPhoto, handler: getPhoto(run.getPhoto) },
];
