/** ObjectCreated events: which functions want one, and its record (S3 user guide, "Event message structure"). */
import { randomUUID } from 'node:crypto';
import type { Template } from './template.ts';
import type { FunctionSpec } from './template-functions.ts';

/** An object that has just been stored; `eTag` is without quotes, `size` in bytes. */
export type CreatedObject = {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly eTag: string;
  readonly event: 'ObjectCreated:Put' | 'ObjectCreated:Post';
};

/** Functions whose S3 trigger matches bucket, event, prefix and suffix. */
export const subscribers = (template: Template, object: CreatedObject): FunctionSpec[] =>
  template.functions.filter((fn) =>
    fn.s3.some(
      ({ bucket, event, prefix, suffix }) =>
        bucket === object.bucket &&
        (event === 's3:ObjectCreated:*' || event === `s3:${object.event}`) &&
        object.key.startsWith(prefix) &&
        object.key.endsWith(suffix),
    ),
  );

/** A key as events spell it: encoded like a form, except that slashes stay (`red flower.jpg` is `red+flower.jpg`). */
const formEncodeKey = (key: string): string =>
  encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

let last = 0n;

/** Hexadecimal and growing: a later write to the same key has the greater one, over restarts too. */
const sequencer = (): string => {
  const now = BigInt(Date.now()) << 20n;
  last = now > last ? now : last + 1n;
  return last.toString(16).toUpperCase().padStart(18, '0');
};

/** The event that functions receive: one record. */
export const objectCreatedEvent = (
  template: Template,
  object: CreatedObject,
  configurationId: string,
): unknown => ({
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: template.region,
      eventTime: new Date().toISOString(),
      eventName: object.event,
      userIdentity: { principalId: `AWS:${template.accountId}` },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': randomUUID(), 'x-amz-id-2': 'local' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId,
        bucket: {
          name: object.bucket,
          ownerIdentity: { principalId: template.accountId },
          arn: `arn:aws:s3:::${object.bucket}`,
        },
        object: {
          key: formEncodeKey(object.key),
          size: object.size,
          eTag: object.eTag,
          sequencer: sequencer(),
        },
      },
    },
  ],
});
