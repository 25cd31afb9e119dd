import { makeGetPhoto } from '@duet/shared/images/get-photo.ts';
import type { ImageStore, PhotoStore } from '@duet/shared/images/ports.ts';
import { makeRequestUpload } from '@duet/shared/images/request-upload.ts';
import { makeCreateProduct } from '@duet/shared/inventory/create-product.ts';
import { makeGetProduct } from '@duet/shared/inventory/get-product.ts';
import { makeListProducts } from '@duet/shared/inventory/list-products.ts';
import type { ProductPhotos, ProductStore } from '@duet/shared/inventory/ports.ts';
import { makeSetStock } from '@duet/shared/inventory/set-stock.ts';
import { makeUpdateProduct } from '@duet/shared/inventory/update-product.ts';
import type { System } from '../edge/adapters.ts';
import type { InventoryUseCases } from './routes.ts';

/** Makes the use cases behind the inventory service's routes. */
export const inventoryUseCases = (
  deps: System & {
    products: ProductStore;
    productPhotos: ProductPhotos;
    photos: PhotoStore;
    images: ImageStore;
  },
): InventoryUseCases => {
  const { products, photos, images, clock, newId } = deps;
  const catalogue = { products, photos: deps.productPhotos, clock, newId };
  const productExists = async (id: string) => (await products.find(id)) !== undefined;
  return {
    listProducts: makeListProducts(catalogue),
    createProduct: makeCreateProduct(catalogue),
    getProduct: makeGetProduct(catalogue),
    updateProduct: makeUpdateProduct(catalogue),
    setStock: makeSetStock(catalogue),
    requestUpload: makeRequestUpload({ photos, images, productExists, clock, newId }),
    getPhoto: makeGetPhoto({ photos, images }),
  };
};
