import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../shared/contract/client.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import { uploadPhoto } from '../../shared/contract/upload-photo.ts';
import { catalogue, type SeedProduct } from './catalogue.ts';
import { drawPhoto, PHOTO_TYPE } from './draw-photo.ts';
import { bodyOf, retrying } from './retrying.ts';

type UploadForm = Parameters<typeof uploadPhoto>[1];

/** What a seeding needs: the stack's contract, and an access token of the seeding administrator. */
export type SeedDeps = {
  readonly client: Client;
  readonly transport: Transport;
  readonly token: string;
  /** Called whenever a product is complete: how many are, and of how many. */
  readonly onProgress: (done: number, of: number) => void;
};

/** How long a photo may take from its upload to READY, in ms, on a busy machine. */
const READY_LIMIT_MS = 60_000;

/** Upload forms that are asked for at most for one photo. */
const MAX_FORMS = 20;

/** Photos under way at the same time: one is resized while the next is drawn. */
const AT_ONCE = 2;

const create = async ({ client, token }: SeedDeps, { slug, input }: SeedProduct): Promise<string> =>
  bodyOf(
    await retrying(() =>
      client.createProduct({ token, idempotencyKey: `seed-product-${slug}`, body: input }),
    ),
  ).id;

const photoOf = async ({ client }: SeedDeps, id: string, wanted: readonly string[]) => {
  const product = bodyOf(await retrying(() => client.getProduct({ params: { id } })));
  return product.photos.find(({ state }) => wanted.includes(state));
};

const untilReady = async (deps: SeedDeps, slug: string, id: string, imageId: string): Promise<void> => {
  for (const end = Date.now() + READY_LIMIT_MS; Date.now() < end; await sleep(100)) {
    const photo = await photoOf(deps, id, ['READY', 'REJECTED']);
    if (photo?.state === 'READY') return;
    if (photo?.id === imageId) throw new Error(`The photo of ${slug} was rejected: ${photo.reason}.`);
  }
  throw new Error(`The photo of ${slug} was not READY within ${READY_LIMIT_MS / 1000} s of its upload.`);
};

/** Uploads with one form: whether the bytes have arrived. A form may lead to a port that was another start's. */
const arrives = async ({ transport }: SeedDeps, form: UploadForm, bytes: Uint8Array<ArrayBuffer>) => {
  try {
    return (await uploadPhoto(transport, form, { bytes, contentType: PHOTO_TYPE })).status < 300;
  } catch {
    return false;
  }
};

/**
 * Uploads the photo of a product and waits until it is READY. A resumed seeding gets its earlier forms back by their keys: one
 * that has run out, or leads nowhere any more, is followed by the next.
 */
const addPhoto = async (deps: SeedDeps, { slug, drawing }: SeedProduct, id: string): Promise<void> => {
  if (await photoOf(deps, id, ['READY'])) return;
  const { client, token } = deps;
  const bytes = new Uint8Array(await drawPhoto(drawing));
  for (let form = 1; form <= MAX_FORMS; form += 1) {
    const idempotencyKey = `seed-photo-${slug}-${form}`;
    const asked = { params: { id }, token, idempotencyKey, body: { contentType: PHOTO_TYPE } };
    const { imageId, upload } = bodyOf(await retrying(() => client.requestUpload(asked)));
    const inTime = Date.parse(upload.expiresAt) > Date.now();
    if (inTime && (await arrives(deps, upload, bytes))) return untilReady(deps, slug, id, imageId);
  }
  throw new Error(`The photo of ${slug} could not be uploaded with ${MAX_FORMS} forms.`);
};

/**
 * Fills the catalogue through the public contract: creates each product, uploads its drawn photo with the stack's own
 * form and waits until the stack has resized it. Every key is the same each time, so that a seeding that was interrupted
 * anywhere goes on where it was; a catalogue that is complete is left as it is. The same account must ask each time.
 *
 * @throws Error that says which product went wrong, and how
 */
export const seedCatalogue = async (deps: SeedDeps): Promise<void> => {
  const ids: string[] = [];
  // One after the other: ids are in order of creation, and both stacks shall list the goods in the same order.
  for (const product of catalogue) ids.push(await create(deps, product));
  let done = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < catalogue.length; index = next++) {
      const [product, id] = [catalogue[index], ids[index]];
      if (product && id !== undefined) await addPhoto(deps, product, id);
      done += 1;
      deps.onProgress(done, catalogue.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};
