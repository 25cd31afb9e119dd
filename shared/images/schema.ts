import * as z from 'zod';
import { Id } from '../kernel/ids.ts';

/** Most bytes of an uploaded photo: 5 MiB. At least one. */
export const MAX_UPLOAD_BYTES = 5 * 1024 * 1024;

/** Life of an upload form in seconds: 5 minutes. */
export const UPLOAD_SECONDS = 300;

/** Most pixels of a photo: 24 megapixels. A small file can hold far more, and costs seconds and a gigabyte to decode. */
export const MAX_PIXELS = 24_000_000;

/** Most time for making the variants of one photo, in ms. */
export const RESIZE_LIMIT_MS = 10_000;

/** Widths of the variants in pixels. A narrower photo is not enlarged. */
export const VARIANT_WIDTHS = [320, 800] as const;

/** What may be uploaded. SVG is a program, not a photo. */
export const PhotoType = z.enum(['image/jpeg', 'image/png', 'image/webp']);
export type PhotoType = z.output<typeof PhotoType>;

/** Where a photo is on its way. */
export const PhotoState = z.enum(['AWAITING', 'PROCESSING', 'READY', 'REJECTED']);
export type PhotoState = z.output<typeof PhotoState>;

/** Why a photo was rejected. */
export const PhotoReason = z.enum([
  'never-arrived',
  'not-an-image',
  'wrong-type',
  'too-many-pixels',
  'too-large',
  'took-too-long',
]);
export type PhotoReason = z.output<typeof PhotoReason>;

/** One size of a photo, in pixels. `url` is relative to the service that gave it. */
export const VariantView = z.strictObject({ width: z.int().min(1), height: z.int().min(1), url: z.string() });

/** A photo as callers see it. Variants are there when it is READY, a reason when it is REJECTED. */
export const PhotoView = z.strictObject({
  id: Id,
  state: PhotoState,
  reason: PhotoReason.nullable(),
  variants: z.array(VariantView),
});
export type PhotoView = z.output<typeof PhotoView>;

/** Body of POST /products/{id}/images. */
export const RequestUploadInput = z.strictObject({ contentType: PhotoType });
export type RequestUploadInput = z.output<typeof RequestUploadInput>;

/**
 * A form for one upload: POST `fields` and then the part `file` as multipart/form-data to `url`, before `expiresAt`.
 * The shape is that of an S3 presigned POST, on both stacks.
 */
export const UploadForm = z.strictObject({
  url: z.string(),
  fields: z.record(z.string(), z.string()),
  expiresAt: z.iso.datetime(),
});
export type UploadForm = z.output<typeof UploadForm>;

/** What an upload form allows: one exact key and content type. */
export const UploadGrant = z.object({ key: z.string().min(1), contentType: PhotoType });
export type UploadGrant = z.output<typeof UploadGrant>;

/** Reply of POST /products/{id}/images. */
export const UploadReply = z.strictObject({ imageId: Id, upload: UploadForm });
export type UploadReply = z.output<typeof UploadReply>;

/** File name of a variant: its nominal width. */
export const VariantName = z.enum(['320.webp', '800.webp']);
export type VariantName = z.output<typeof VariantName>;

/** Path parameters of GET /images/{imageId}/{variant}. */
export const PhotoParams = z.strictObject({ imageId: Id, variant: VariantName });
export type PhotoParams = z.output<typeof PhotoParams>;
