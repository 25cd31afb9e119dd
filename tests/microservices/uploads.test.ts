import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { makeImageStore as makeFileStore } from '@duet/shared/adapters/files/image-store.ts';
import { makeVerifyUpload } from '@duet/shared/adapters/files/upload-token.ts';
import { makeImageStore } from '@duet/shared/adapters/memory/image-store.ts';
import { makeKeyStore } from '@duet/shared/adapters/memory/key-store.ts';
import { newUuid } from '@duet/shared/adapters/system/system.ts';
import { uploadKey } from '@duet/shared/images/keys.ts';
import type { UploadForm } from '@duet/shared/images/schema.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { makeApp } from '../../microservices/edge/app.ts';
import { makeRequestIds } from '../../microservices/edge/request-ids.ts';
import { listen } from '../../microservices/edge/server.ts';
import { makeServiceIdentity } from '../../microservices/edge/service-identity.ts';
import { receiveUpload } from '../../microservices/images/receive-upload.ts';
import { resizeImage } from '../../microservices/images/resize-image.ts';
import { becomes } from './fixtures/start.ts';

const MIB = 1024 * 1024;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server that takes uploads into memory; the clock can be moved. With a fault it cannot check any form. */
async function start(fault?: DomainError) {
  const time = { now: Date.now() };
  const clock = () => time.now;
  const identity = makeServiceIdentity({ name: 'inventory', store: makeKeyStore(), clock, newId: newUuid });
  const objects = new Map<string, Uint8Array>();
  const resized: string[] = [];
  const resizes = resizeImage(async (key) => {
    resized.push(key);
    return 'READY';
  }, silentLog);
  const extra = receiveUpload({
    verify: fault ? () => Promise.reject(fault) : makeVerifyUpload({ keys: identity.ownKeys, clock }),
    images: makeImageStore({ objects }),
    resizes,
  });
  const app = makeApp({
    served: [],
    extras: [extra],
    authenticate: async () => {},
    trustProxy: 0,
    log: silentLog,
  });
  const server = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    drainMs: 0,
    ready: async () => {},
    onStop: async () => {},
    log: silentLog,
    requestIds: makeRequestIds(),
  });
  cleanups.push(server.stop);
  const uploadUrl = `http://127.0.0.1:${server.port}/uploads`;
  const { presign } = makeFileStore({ dir: '/nonexistent', uploadUrl, sign: identity.sign, clock });
  const form = () =>
    presign({ key: uploadKey(newUuid()), contentType: 'image/jpeg', expiresAt: time.now + 300_000 });
  return { form, objects, resized, time, port: server.port };
}

const post = async (form: UploadForm, bytes: Uint8Array | undefined, fields: Record<string, string> = {}) => {
  const data = new FormData();
  for (const [name, value] of Object.entries({ ...form.fields, ...fields })) data.append(name, value);
  if (bytes) data.append('file', new Blob([new Uint8Array(bytes)]), 'photo.jpg');
  const reply = await fetch(form.url, { method: 'POST', body: data });
  return { status: reply.status, text: await reply.text() };
};

describe('POST /uploads', () => {
  it('When the form is used as it was given, then 204, and the bytes are stored and resized', async () => {
    const { form, objects, resized } = await start();
    const given = await form();
    const bytes = randomBytes(3 * MIB);
    expect(await post(given, bytes)).toEqual({ status: 204, text: '' });
    const key = given.fields['key'] as string;
    expect(Buffer.compare(Buffer.from(objects.get(key) ?? []), bytes)).toBe(0);
    await becomes(() => resized.includes(key));
  });

  it.each([
    ['exactly 5 MiB', 5 * MIB, 204],
    ['one byte', 1, 204],
    ['a byte more than 5 MiB', 5 * MIB + 1, 400],
    ['20 MiB', 20 * MIB, 400],
    ['empty', 0, 400],
  ])('When the file is %s, then it is stored or refused as S3 does', async (_what, size, status) => {
    const { form, objects } = await start();
    const given = await form();
    expect((await post(given, randomBytes(size))).status).toBe(status);
    expect(objects.has(given.fields['key'] as string)).toBe(status === 204);
  });

  it.each([
    ['another key', { key: uploadKey('00000000-0000-7000-8000-000000000001') }],
    ['a key that leaves the folder', { key: '../../etc/passwd' }],
    ['another content type', { 'Content-Type': 'image/png' }],
    ['no capability', { 'x-upload-token': '' }],
    ['a forged capability', { 'x-upload-token': 'eyJhbGciOiJub25lIn0.e30.' }],
  ])('When a form is sent with %s, then 403 and nothing is stored', async (_what, fields) => {
    const { form, objects, resized } = await start();
    expect((await post(await form(), randomBytes(1000), fields as Record<string, string>)).status).toBe(403);
    expect([objects.size, resized.length]).toEqual([0, 0]);
  });

  it('When five minutes have passed, then 403', async () => {
    const { form, time } = await start();
    const given = await form();
    time.now += 299_000;
    expect((await post(given, randomBytes(10))).status).toBe(204);
    time.now += 2_000;
    expect((await post(given, randomBytes(10))).status).toBe(403);
  });

  it('When the keys to check a form with are not at hand, then 503, so that the caller tries again', async () => {
    const { form, objects } = await start(new DomainError('overloaded'));
    expect((await post(await form(), randomBytes(10))).status).toBe(503);
    expect(objects.size).toBe(0);
  });

  it('When there is no file, or the body is no such form, then it is refused', async () => {
    const { form } = await start();
    const given = await form();
    expect((await post(given, undefined)).status).toBe(400);
    const send = (body: string, type: string) =>
      fetch(given.url, { method: 'POST', body, headers: { 'content-type': type } }).then(
        ({ status }) => status,
      );
    expect(await send('hello', 'multipart/form-data; boundary=x')).toBe(400);
    expect(await send('hello', `multipart/form-data; boundary=${'x'.repeat(300)}`)).toBe(400);
    const part = (name: string, value: string) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
    const fields = Object.entries(given.fields).map(([name, value]) => `${part(name, value)}\r\n`);
    const type = 'multipart/form-data; boundary=x';
    expect(await send(`${fields.join('')}${part('file', 'abc')}`, type)).toBe(400);
    expect(await send(part('file', 'abc'), type)).toBe(403);
    expect(await send('{}', 'application/json')).toBe(415);
    expect(await send('a=b', 'multipart/form-data')).toBe(415);
  });

  it('When the caller breaks off in the middle of the file, then nothing is stored and the service goes on', async () => {
    const { form, objects, port } = await start();
    const given = await form();
    const field = (name: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const fields = Object.entries(given.fields)
      .map(([name, value]) => field(name, value))
      .join('');
    const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n';
    const head = `POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n`;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise<void>((resolve) =>
      socket.write(head + fields + file + 'x'.repeat(100_000), () => resolve()),
    );
    socket.destroy();
    expect((await post(given, randomBytes(10))).status).toBe(204);
    expect(objects.get(given.fields['key'] as string)).toHaveLength(10);
  });

  it('When nine forms are held open at a time, then one is overloaded and the others go through', async () => {
    const { form } = await start();
    const given = await Promise.all(Array.from({ length: 9 }, form));
    const replies = await Promise.all(given.map((one) => post(one, randomBytes(5 * MIB))));
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204).length).toBeGreaterThanOrEqual(8);
    for (const status of statuses) expect([204, 503]).toContain(status);
  });
});

describe('the queue of resizes', () => {
  it('When photos are added, then one is resized at a time, in order, and a fault stops none of the others', async () => {
    const seen: string[] = [];
    let [active, most] = [0, 0];
    const queue = resizeImage(async (key) => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
      seen.push(key);
      if (key === 'b') throw new Error('broken');
      return 'READY';
    }, silentLog);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await queue.resume('d');
    expect([seen, most]).toEqual([['a', 'b', 'c', 'd'], 1]);
  });

  it('When it is stopped, then the one under way is finished and those that wait are left', async () => {
    const seen: string[] = [];
    const queue = resizeImage(async (key) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      seen.push(key);
      return 'READY';
    }, silentLog);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await new Promise((resolve) => setImmediate(resolve));
    await queue.stop();
    expect(seen).toEqual(['a']);
  });
});
