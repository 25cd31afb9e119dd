import type { ImageStore } from '@duet/shared/images/ports.ts';
import type { UploadGrant } from '@duet/shared/images/schema.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { Extra } from '../edge/app.ts';
import { discardBody } from '../edge/body.ts';
import { type FileForm, readFileForm } from './read-file-form.ts';
import type { ResizeQueue } from './resize-image.ts';

/** Uploads whose bytes are in memory at a time: 8 of 5 MiB. More are refused before any byte of theirs is read. */
const AT_A_TIME = 8;

const ONE_YEAR = 31_536_000;

/**
 * POST /uploads: takes one photo as S3 takes it with a presigned POST, and with the same statuses: 204 when it has
 * arrived for good, 400 when it is empty, larger than 5 MiB or no such form, 403 when the capability is not genuine,
 * has expired, or is for another key or type. The bytes travel through this service; on Lambda they go to S3.
 */
export const receiveUpload = (deps: {
  verify: (token: string) => Promise<UploadGrant>;
  images: ImageStore;
  resizes: ResizeQueue;
}): Extra => {
  let open = 0;

  const allowed = async ({ fields }: FileForm): Promise<UploadGrant> => {
    const grant = await deps.verify(fields.get('x-upload-token') ?? '').catch((cause: unknown) => {
      // No key to check with is our trouble and not the form's.
      if (cause instanceof DomainError && cause.code === 'overloaded') throw cause;
      throw new DomainError('forbidden', { detail: 'The form is not genuine, or it has expired.', cause });
    });
    if (grant.key !== fields.get('key') || grant.contentType !== fields.get('Content-Type')) {
      throw new DomainError('forbidden', { detail: 'The form is for another key or content type.' });
    }
    return grant;
  };

  return {
    method: 'POST',
    path: '/uploads',
    handler: async (req, res) => {
      const form = await readFileForm(req);
      try {
        const { key, contentType } = await allowed(form);
        if (open >= AT_A_TIME) throw new DomainError('overloaded', { detail: 'Too many uploads at once.' });
        open += 1;
        try {
          await deps.images.write(key, await form.read(), contentType, ONE_YEAR);
        } finally {
          open -= 1;
        }
        deps.resizes.add(key);
      } finally {
        await discardBody(req);
      }
      if (!res.headersSent) res.writeHead(204).end();
    },
  };
};
