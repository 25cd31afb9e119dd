import type { ResizeImage } from '@duet/shared/images/resize-image.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import type { S3Event } from 'aws-lambda';

/** The key of an event's object, which S3 form-encodes: a space comes as `+`. */
const keyOf = (encoded: string): string => decodeURIComponent(encoded.replaceAll('+', ' '));

/**
 * Makes the variants of each photo that has arrived in the bucket. What it throws is the invocation's failure: Lambda
 * tries twice more, then puts the event aside for the operator.
 */
export const resizeImage =
  (run: ResizeImage, log: Log) =>
  async (event: S3Event): Promise<void> => {
    for (const { s3 } of event.Records) {
      const key = keyOf(s3.object.key);
      log.info({ key, state: await run(key) }, 'photo resized');
    }
  };
