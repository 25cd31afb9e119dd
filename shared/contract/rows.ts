/**
 * The rows of the contract, one export a route. A Lambda function imports only its own, and its bundle then holds only the
 * schemas that it needs: with all of them a cold start took 9 ms more.
 */
import { LogInInput, RefreshInput, RegisterInput, RegisterReply, Tokens } from '../auth/schema.ts';
import { PhotoParams, RequestUploadInput, UploadReply } from '../images/schema.ts';
import {
  CreateProductInput,
  ProductPage,
  ProductParams,
  ProductView,
  SetStockInput,
  UpdateProductInput,
} from '../inventory/schema.ts';
import { Jwks } from '../kernel/jwks.ts';
import { PageQuery } from '../kernel/page.ts';
import { OrderPage, OrderParams, OrderView, PlaceOrderInput } from '../orders/schema.ts';
import type { Route } from './route.ts';

const etag = { etag: 'The version of the product, for If-Match.' };
const location = { location: 'The path of what was created.' };

/** POST /auth/register */
export const registerAccount = {
  name: 'register-account',
  context: 'auth',
  method: 'POST',
  path: '/auth/register',
  who: 'anyone',
  summary: 'Register a customer. The reply is the same whether or not the address was known.',
  body: RegisterInput,
  success: { status: 202, schema: RegisterReply },
  refusals: [],
} as const satisfies Route;

/** POST /auth/login */
export const logIn = {
  name: 'log-in',
  context: 'auth',
  method: 'POST',
  path: '/auth/login',
  who: 'anyone',
  summary: 'Log in: an access token for 15 minutes and a refresh token for 30 days.',
  body: LogInInput,
  success: { status: 200, schema: Tokens },
  refusals: ['unauthenticated', 'rate-limited'],
} as const satisfies Route;

/** POST /auth/refresh */
export const refreshSession = {
  name: 'refresh-session',
  context: 'auth',
  method: 'POST',
  path: '/auth/refresh',
  who: 'anyone',
  summary: 'Exchange a refresh token for new tokens. It works once; a second use revokes its whole family.',
  body: RefreshInput,
  success: { status: 200, schema: Tokens },
  refusals: ['unauthenticated'],
} as const satisfies Route;

/** GET /.well-known/jwks.json */
export const getJwks = {
  name: 'get-jwks',
  context: 'auth',
  method: 'GET',
  path: '/.well-known/jwks.json',
  who: 'anyone',
  summary: 'The public keys that verify access tokens.',
  success: { status: 200, schema: Jwks, headers: { 'cache-control': 'public, max-age=300' } },
  refusals: [],
} as const satisfies Route;

/** GET /products */
export const listProducts = {
  name: 'list-products',
  context: 'inventory',
  method: 'GET',
  path: '/products',
  who: 'anyone',
  summary: 'The catalogue in order of creation, a page at a time.',
  query: PageQuery,
  success: { status: 200, schema: ProductPage },
  refusals: [],
} as const satisfies Route;

/** POST /products */
export const createProduct = {
  name: 'create-product',
  context: 'inventory',
  method: 'POST',
  path: '/products',
  who: 'admin',
  summary: 'Add a product to the catalogue.',
  body: CreateProductInput,
  idempotencyKey: true,
  success: { status: 201, schema: ProductView, headers: { ...location, ...etag } },
  refusals: [],
} as const satisfies Route;

/** GET /products/{id} */
export const getProduct = {
  name: 'get-product',
  context: 'inventory',
  method: 'GET',
  path: '/products/{id}',
  who: 'anyone',
  summary: 'One product with its stock and photos.',
  params: ProductParams,
  success: { status: 200, schema: ProductView, headers: etag },
  refusals: [],
} as const satisfies Route;

/** PUT /products/{id} */
export const updateProduct = {
  name: 'update-product',
  context: 'inventory',
  method: 'PUT',
  path: '/products/{id}',
  who: 'admin',
  summary: "Replace a product's name, description and price.",
  params: ProductParams,
  body: UpdateProductInput,
  ifMatch: true,
  success: { status: 200, schema: ProductView, headers: etag },
  refusals: [],
} as const satisfies Route;

/** PUT /products/{id}/stock */
export const setStock = {
  name: 'set-stock',
  context: 'inventory',
  method: 'PUT',
  path: '/products/{id}/stock',
  who: 'admin',
  summary: 'Set the units on hand; never below what orders hold.',
  params: ProductParams,
  body: SetStockInput,
  ifMatch: true,
  success: { status: 200, schema: ProductView, headers: etag },
  refusals: ['stock-below-reserved'],
} as const satisfies Route;

/** POST /products/{id}/images */
export const requestUpload = {
  name: 'request-upload',
  context: 'images',
  method: 'POST',
  path: '/products/{id}/images',
  who: 'admin',
  summary: 'Ask for a form with which one photo of a product can be uploaded within 5 minutes.',
  params: ProductParams,
  body: RequestUploadInput,
  idempotencyKey: true,
  success: { status: 201, schema: UploadReply, headers: location },
  refusals: [],
} as const satisfies Route;

/** GET /images/{imageId}/{variant} */
export const getPhoto = {
  name: 'get-photo',
  context: 'images',
  method: 'GET',
  path: '/images/{imageId}/{variant}',
  who: 'anyone',
  summary: 'One size of a photo. It never changes.',
  params: PhotoParams,
  success: {
    status: 200,
    mediaType: 'image/webp',
    headers: { 'cache-control': 'public, max-age=31536000, immutable' },
  },
  refusals: [],
} as const satisfies Route;

/** POST /orders */
export const placeOrder = {
  name: 'place-order',
  context: 'orders',
  method: 'POST',
  path: '/orders',
  who: 'customer',
  summary: 'Place an order. It is PENDING and settles soon: read it until it is CONFIRMED or REJECTED.',
  body: PlaceOrderInput,
  idempotencyKey: true,
  success: { status: 202, schema: OrderView, headers: location },
  refusals: [],
} as const satisfies Route;

/** GET /orders */
export const listOrders = {
  name: 'list-orders',
  context: 'orders',
  method: 'GET',
  path: '/orders',
  who: 'customer',
  summary: "The caller's own orders, newest first, a page at a time.",
  query: PageQuery,
  success: { status: 200, schema: OrderPage },
  refusals: [],
} as const satisfies Route;

/** GET /orders/{id} */
export const getOrder = {
  name: 'get-order',
  context: 'orders',
  method: 'GET',
  path: '/orders/{id}',
  who: 'customer',
  summary: "The caller's own order. Somebody else's is answered as a missing one.",
  params: OrderParams,
  success: { status: 200, schema: OrderView },
  refusals: [],
} as const satisfies Route;

/** POST /orders/{id}/cancel */
export const cancelOrder = {
  name: 'cancel-order',
  context: 'orders',
  method: 'POST',
  path: '/orders/{id}/cancel',
  who: 'customer',
  summary: "Cancel the caller's own order. Repeatable; a rejected order cannot be cancelled.",
  params: OrderParams,
  success: { status: 200, schema: OrderView },
  refusals: ['invalid-state', 'too-large'],
} as const satisfies Route;
