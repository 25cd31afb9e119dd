import type { UploadReply } from '../../shared/images/schema.ts';
import type { Answered } from '../generator/types.ts';
import { FORM_TYPE, photoBody } from './photo-form.ts';
import { poll } from './poll.ts';
import { bearer, type Run, readJson, sendAfter, type TakeStep } from './visit.ts';

/** What is read of a product's answer. Nothing is sure to be there: what answers is under test. */
type SeenProduct = {
  readonly version?: number;
  readonly stock?: { readonly onHand?: number };
  readonly photos?: readonly { readonly id: string; readonly state: string }[];
};

const productOf = (answer: Answered): SeenProduct => readJson(answer) as SeenProduct;

/** An administrator reads a product's stock and its ETag. */
export const checkStock: TakeStep = async ({ job, engine }, visit, { operation, at, pick }) => {
  const sent = engine.send({
    operation,
    method: 'GET',
    url: `${job.urls.inventory}/products/${job.prepared.products[pick]?.id}`,
    intendedAt: at,
    expected: [200],
  });
  visit.seen = sent.then((answer) => {
    const etag = answer.headers['etag'];
    const onHand = answer.ok ? productOf(answer).stock?.onHand : undefined;
    if (typeof etag !== 'string' || onHand === undefined) return undefined;
    return { value: { etag, onHand, product: pick }, at: answer.at };
  });
  await visit.seen;
};

/** An administrator adds units to what was seen. Somebody else may have been faster: 412 is as it should be. */
export const setStock: TakeStep = async (run, visit, step) => {
  const seen = await visit.seen;
  const onHand = (seen?.value.onHand ?? 0) + step.add;
  const product = seen?.value.product ?? 0;
  const answer = await sendAfter(run, step, visit.seen, ({ etag }) => ({
    method: 'PUT',
    url: `${run.job.urls.inventory}/products/${run.job.prepared.products[product]?.id}/stock`,
    headers: { ...bearer(run.administrator.token, true), 'if-match': etag },
    body: JSON.stringify({ onHand }),
    expected: [200, 412],
  }));
  if (!answer) return;
  const version = answer.status === 200 ? (productOf(answer).version ?? null) : null;
  const mayBe = answer.status === undefined || answer.status === 200 || answer.status >= 500;
  if (mayBe) run.ledger.edits.push({ product, onHand, version });
};

/** An administrator asks for a form for one photo. */
export const requestUpload: TakeStep = async ({ job, engine, administrator }, visit, step) => {
  const product = job.prepared.pictured[step.pick] ?? '';
  const sent = engine.send({
    operation: step.operation,
    method: 'POST',
    url: `${job.urls.images}/products/${product}/images`,
    headers: {
      ...bearer(administrator.token, true),
      'idempotency-key': `load-${job.prepared.unique}-${visit.session.index}`,
    },
    body: '{"contentType":"image/jpeg"}',
    intendedAt: step.at,
    expected: [201],
  });
  visit.form = sent.then((answer) => {
    const { imageId, upload } = (answer.ok ? readJson(answer) : {}) as Partial<UploadReply>;
    return imageId && upload ? { value: { imageId, upload, product }, at: answer.at } : undefined;
  });
  await visit.form;
};

const followPhoto = async (
  run: Run,
  product: string,
  id: string,
  since: number,
  firstLook: number,
): Promise<void> => {
  const url = `${run.job.urls.inventory}/products/${product}`;
  await poll(
    run,
    since,
    firstLook,
    () => ({ operation: 'poll-photo', url }),
    (answer) => {
      const state = productOf(answer).photos?.find((photo) => photo.id === id)?.state;
      return state === 'READY' || state === 'REJECTED';
    },
  );
};

/** An administrator uploads a photo, which is followed until it is READY. */
export const uploadPhoto: TakeStep = async (run, visit, step) => {
  const form = await visit.form;
  const answer = await sendAfter(run, step, visit.form, ({ upload }) => ({
    method: 'POST',
    url: upload.url,
    headers: { 'content-type': FORM_TYPE },
    body: photoBody(upload, run.photo),
    expected: [200, 201, 204],
  }));
  if (!answer?.ok || !form) return;
  const { product, imageId } = form.value;
  run.ledger.photos.push({ product, id: imageId });
  run.follow(followPhoto(run, product, imageId, answer.at, step.firstLook));
};
