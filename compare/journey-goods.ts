import { uploadPhoto } from '../shared/contract/upload-photo.ts';
import { useCaseOf } from './files.ts';
import { type Body, keep, recall, type Step } from './step.ts';
import type { Walk } from './walk.ts';

const account = ({ unique }: Walk) => ({
  email: `journey-${unique}@example.com`,
  password: `correct horse ${unique}`,
});

/** What is compared of a page: that it holds so many products of the documented form. */
const formOf = (page: unknown): unknown => {
  const { items, ...rest } = page as { items: unknown[]; nextCursor: unknown };
  return { items: items.map(() => '<product>'), ...rest, nextCursor: '<cursor, or null on the last page>' };
};

/** The journey's photo, uploaded by the form that the step before has asked for. */
const upload = async (walk: Walk, photo: Uint8Array<ArrayBuffer>): Promise<void> => {
  const form = JSON.parse(recall(walk, 'form'));
  const { status, headers, bytes } = await uploadPhoto(walk.transport, form, {
    bytes: photo,
    contentType: 'image/jpeg',
  });
  if (status >= 300) return walk.record('POST <upload url>', { status, headers, bytes });
  const request = { params: { id: recall(walk, 'product') } };
  const body = await walk.until('getProduct', request, (product) => {
    const [first] = (product as { photos?: { state: string }[] }).photos ?? [];
    return first?.state === 'READY' || first?.state === 'REJECTED';
  });
  const [first] = (body as { photos?: { variants: { url: string }[] }[] }).photos ?? [];
  keep(walk, 'variant', first?.variants[0]?.url);
};

/** The first steps: the customer arrives, the administrator fills the shelf. */
export const goodsSteps = (photo: Uint8Array<ArrayBuffer>): readonly Step[] => [
  {
    id: 'register',
    title: 'Register',
    says: 'A customer registers. The answer is the same whether or not the address was known.',
    useCases: [useCaseOf('registerAccount')],
    run: async (walk) => void (await walk.send('registerAccount', { body: account(walk) })),
  },
  {
    id: 'log-in',
    title: 'Log in',
    says: 'An access token for 15 minutes, and a refresh token.',
    useCases: [useCaseOf('logIn')],
    run: async (walk) => {
      const body = (await walk.send('logIn', { body: account(walk) })) as Body;
      keep(walk, 'token', body['accessToken']);
    },
  },
  {
    id: 'shelve',
    title: 'Put a product on the shelf',
    says: 'The administrator creates a product with two units.',
    useCases: [useCaseOf('createProduct')],
    run: async (walk) => {
      const token = await walk.adminToken();
      keep(walk, 'admin', token);
      walk.timeFrom(performance.now());
      const product = {
        name: 'Journey lamp',
        description: 'Shines on both sides.',
        priceCents: 4_950,
        onHand: 2,
      };
      const body = (await walk.send('createProduct', {
        token,
        key: `journey-lamp-${walk.unique}`,
        body: product,
      })) as Body;
      keep(walk, 'product', body['id']);
    },
  },
  {
    id: 'browse',
    title: 'Browse',
    says: 'The first page of the catalogue with one product on it: its form is compared, for the goods of two shops may differ.',
    useCases: [useCaseOf('listProducts')],
    run: async (walk) => {
      await walk.send('listProducts', { query: 'limit=1' }, formOf);
    },
  },
  {
    id: 'look',
    title: 'Look at the product',
    says: 'With its stock, and an ETag that administrators need to change it.',
    useCases: [useCaseOf('getProduct')],
    run: async (walk) => void (await walk.send('getProduct', { params: { id: recall(walk, 'product') } })),
  },
  {
    id: 'ask-upload',
    title: 'Ask for an upload form',
    says: 'The administrator gets a form for exactly one photo: a signed capability of the inventory service, or an S3 presigned POST.',
    useCases: [useCaseOf('requestUpload')],
    run: async (walk) => {
      const params = { id: recall(walk, 'product') };
      const asked = { params, token: recall(walk, 'admin'), key: `journey-photo-${walk.unique}` };
      const body = (await walk.send('requestUpload', {
        ...asked,
        body: { contentType: 'image/jpeg' },
      })) as Body;
      keep(walk, 'form', JSON.stringify(body['upload']));
    },
  },
  {
    id: 'photo-ready',
    title: 'Upload, until the photo is READY',
    says: 'From the first byte of the upload until the product shows both sizes. On the microservices the bytes go through the inventory service, on Lambda straight to S3, whose event starts the function.',
    useCases: [
      { context: 'images', name: 'receive-upload' },
      { context: 'images', name: 'resize-image' },
    ],
    run: (walk) => upload(walk, photo),
  },
  {
    id: 'photo',
    title: 'Fetch the photo',
    says: 'The small size as WebP, with a long max-age. Both sides make the same bytes.',
    useCases: [useCaseOf('getPhoto')],
    run: async (walk) => {
      const [, , imageId = '', variant = ''] = recall(walk, 'variant').split('/');
      await walk.send('getPhoto', { params: { imageId, variant } });
    },
  },
];
