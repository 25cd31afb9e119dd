import type { UploadForm } from '../images/schema.ts';
import type { HttpReply, Transport } from './transport.ts';

/**
 * Uploads a photo with the form that POST /products/{id}/images gave: its fields, then the bytes as the part `file`,
 * as multipart/form-data. Both stacks take the same; a 2xx says that the bytes have arrived.
 */
export const uploadPhoto = async (
  transport: Transport,
  form: UploadForm,
  photo: { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string },
): Promise<HttpReply> => {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  data.append('file', new Blob([photo.bytes], { type: photo.contentType }), 'photo');
  const encoded = new Response(data);
  const { origin, pathname, search } = new URL(form.url);
  return transport.send({
    baseUrl: origin,
    method: 'POST',
    path: `${pathname}${search}`,
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    body: new Uint8Array(await encoded.arrayBuffer()),
  });
};
