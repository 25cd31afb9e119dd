import { rmSync } from 'node:fs';
import {
  makeExpireUploads,
  makeImageStore as makeFilesStore,
  UPLOAD_EXPIRY_MS,
} from '@duet/shared/adapters/files/image-store.ts';
import { makeImageStore as makeMemoryStore } from '@duet/shared/adapters/memory/image-store.ts';
import { makeImageStore as makeS3Store } from '@duet/shared/adapters/s3/image-store.ts';
import { newUuid } from '@duet/shared/adapters/system/system.ts';
import { uploadKey, variantKey } from '@duet/shared/images/keys.ts';
import type { ImageStore } from '@duet/shared/images/ports.ts';
import { MAX_UPLOAD_BYTES } from '@duet/shared/images/schema.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { startTestCloud, type TestCloud } from './local-cloud.ts';

type Started = { readonly store: ImageStore; readonly stop: () => Promise<void> };

const bucketOf = (cloud: TestCloud): string => cloud.template.buckets[0]?.name ?? '';

const startFiles = async (): Promise<Started> => {
  const dir = temporaryFolder();
  const sign = async () => 'a.capability.token';
  const store = makeFilesStore({ dir, uploadUrl: 'http://127.0.0.1/uploads', sign, clock: Date.now });
  return { store, stop: async () => rmSync(dir, { recursive: true, force: true }) };
};

const startS3 = async (): Promise<Started> => {
  const cloud = await startTestCloud();
  return { store: makeS3Store({ ...cloud.access('S3'), bucket: bucketOf(cloud) }), stop: cloud.close };
};

const technologies = [
  ['memory', async (): Promise<Started> => ({ store: makeMemoryStore(), stop: async () => {} })],
  ['files', startFiles],
  ['s3', startS3],
] as const;

describe.each(technologies)('ImageStore over %s', (_name, start) => {
  let started: Started;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started.stop());

  it('When an object was written, then its bytes are read, also after it was replaced', async () => {
    const key = variantKey(newUuid(), '320.webp');
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    // A view into a larger buffer: only its own bytes are the object.
    await started.store.write(key, all.subarray(100, 200), 'image/webp', 60);
    expect([...((await started.store.read(key)) ?? [])]).toEqual([...all.subarray(100, 200)]);
    await started.store.write(key, all, 'image/webp', 60);
    expect([...((await started.store.read(key)) ?? [])]).toEqual([...all]);
  });

  it('When an object is as large as an upload may be, then it is read whole', async () => {
    const key = uploadKey(newUuid());
    await started.store.write(key, new Uint8Array(MAX_UPLOAD_BYTES).fill(7), 'image/png', 0);
    expect(await started.store.read(key)).toHaveLength(MAX_UPLOAD_BYTES);
  });

  it('When an object is not there, then reading finds nothing and removing does nothing', async () => {
    const key = uploadKey(newUuid());
    expect(await started.store.read(key)).toBeUndefined();
    await started.store.remove(key);
    await started.store.write(key, new Uint8Array([1]), 'image/png', 0);
    await started.store.remove(key);
    expect(await started.store.read(key)).toBeUndefined();
  });

  it('When a form is asked for, then it names the key, the type and the time until when', async () => {
    const expiresAt = Date.now() + 300_000;
    const key = uploadKey(newUuid());
    const form = await started.store.presign({ key, contentType: 'image/jpeg', expiresAt });
    expect(form.expiresAt).toBe(new Date(expiresAt).toISOString());
    expect(form.fields).toMatchObject({ key, 'Content-Type': 'image/jpeg' });
  });
});

describe('A presigned POST to S3', () => {
  let cloud: TestCloud;
  let store: ImageStore;
  beforeAll(async () => {
    cloud = await startTestCloud();
    store = makeS3Store({ ...cloud.access('S3'), bucket: bucketOf(cloud) });
  });
  afterAll(() => cloud.close());

  const post = async (
    size: number,
    change: Record<string, string> = {},
    expiresAt = Date.now() + 300_000,
  ) => {
    const key = uploadKey(newUuid());
    const { url, fields } = await store.presign({ key, contentType: 'image/png', expiresAt });
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...change })) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(size)]));
    const reply = await fetch(url, { method: 'POST', body: form });
    return { status: reply.status, stored: await store.read(change['key'] ?? key) };
  };

  it('When the form is sent as it was given, then the object is there', async () => {
    for (const size of [1, MAX_UPLOAD_BYTES]) {
      const { status, stored } = await post(size);
      expect([status, stored?.length]).toEqual([204, size]);
    }
  });

  it.each([
    ['it is empty', 0, {}],
    ['it is larger than 5 MiB', MAX_UPLOAD_BYTES + 1, {}],
    ['the key is another', 1, { key: uploadKey(newUuid()) }],
    ['the content type is another', 1, { 'Content-Type': 'image/svg+xml' }],
    ['a field is added', 1, { acl: 'public-read' }],
    ['the policy is another', 1, { policy: btoa('{"expiration":"2100-01-01T00:00:00Z","conditions":[]}') }],
  ])('When %s, then nothing is stored', async (_what, size, change) => {
    const { status, stored } = await post(size, change);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(stored).toBeUndefined();
  });

  it('When its time is over, then nothing is stored', async () => {
    const { status, stored } = await post(1, {}, Date.now() - 1);
    expect([status, stored]).toEqual([403, undefined]);
  });
});

describe('A presigned POST with the temporary keys of a role', () => {
  it('When it is made, then the session token is a field and a condition of the policy', async () => {
    const credentials = () => ({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'session' });
    const store = makeS3Store({ region: 'eu-central-1', bucket: 'photos', credentials });
    const expiresAt = Date.parse('2026-03-01T00:00:00.000Z');
    const { url, fields } = await store.presign({ key: 'uploads/x', contentType: 'image/png', expiresAt });
    expect(url).toBe('https://photos.s3.eu-central-1.amazonaws.com');
    expect(fields['x-amz-security-token']).toBe('session');
    const policy = JSON.parse(Buffer.from(fields['policy'] ?? '', 'base64').toString());
    expect(policy.expiration).toBe('2026-03-01T00:00:00.000Z');
    expect(policy.conditions).toContainEqual({ bucket: 'photos' });
    expect(policy.conditions).toContainEqual(['eq', '$x-amz-security-token', 'session']);
    expect(policy.conditions).toContainEqual(['content-length-range', 1, MAX_UPLOAD_BYTES]);
  });
});

describe('makeExpireUploads', () => {
  it('When an upload was left behind, then it is removed after a day, and a variant never', async () => {
    const dir = temporaryFolder();
    let now = Date.now();
    const store = makeFilesStore({ dir, uploadUrl: '', sign: async () => '', clock: Date.now });
    const expire = makeExpireUploads({ dir, clock: () => now });
    expect(await expire()).toBe(0);
    const [upload, variant] = [uploadKey(newUuid()), variantKey(newUuid(), '320.webp')];
    for (const key of [upload, variant]) await store.write(key, new Uint8Array([1]), 'image/webp', 60);
    now += UPLOAD_EXPIRY_MS - 60_000;
    expect(await expire()).toBe(0);
    now += 120_000;
    expect(await expire()).toBe(1);
    expect(await store.read(upload)).toBeUndefined();
    expect(await store.read(variant)).toHaveLength(1);
    rmSync(dir, { recursive: true, force: true });
  });
});
