import type { UploadForm } from '../../shared/images/schema.ts';

const BOUNDARY = 'duet-load-5f1d0a7c93b24e86';

/** Header of an upload's body. */
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** The body of an upload: the form's fields, then the photo as the part `file`, as both stacks take it. */
export const photoBody = (form: UploadForm, photo: Uint8Array): Uint8Array => {
  const fields = Object.entries(form.fields).map(
    ([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="photo"\r\ncontent-type: image/jpeg\r\n\r\n`;
  return Buffer.concat([Buffer.from(fields.join('') + file), photo, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
};
