import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presign, s3, send, sqs } from './support/aws.ts';
import { postForm, shopConditions } from './support/presigned-post.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';
import { until } from './support/until.ts';

const BUCKET = 'shop-000000000000-photos';
const RESIZE = 'shop-test-resize';
const JPEG = Buffer.from('a photo, or nearly one');

let test: TestCloud;
beforeAll(async () => {
  test = await startTestCloud({ [RESIZE]: () => null });
});
afterAll(() => test.close());

const codeOf = (text: string) => /<Code>(\w+)<\/Code>/.exec(text)?.[1];
const exists = async (key: string) => (await s3(test.s3, 'HEAD', `/${BUCKET}/${key}`)).status === 200;

describe('Presigned POST', () => {
  it('When the form keeps to its policy, then the object is there with its bytes and type', async () => {
    const answer = await postForm(test.s3, {
      bucket: BUCKET,
      key: 'forms/a b.png',
      contentType: 'image/png',
      file: JPEG,
    });
    expect([answer.status, answer.headers['etag']]).toEqual([204, expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
    const object = await s3(test.s3, 'GET', `/${BUCKET}/forms/a%20b.png`);
    expect([object.status, object.text, object.headers['content-type']]).toEqual([
      200,
      JPEG.toString(),
      'image/png',
    ]);
  });

  it('When the form asks for 201, then the answer describes the object', async () => {
    const fields = { success_action_status: '201' };
    const conditions = [
      ...shopConditions(BUCKET, 'forms/created', 'image/jpeg'),
      { success_action_status: '201' },
    ];
    const answer = await postForm(test.s3, {
      bucket: BUCKET,
      key: 'forms/created',
      file: JPEG,
      fields,
      conditions,
    });
    expect([answer.status, answer.text]).toEqual([201, expect.stringContaining('<Key>forms/created</Key>')]);
  });

  const refusals: [what: string, code: string, status: number, form: object, signedFor?: object][] = [
    ['too many bytes', 'EntityTooLarge', 400, { file: Buffer.alloc(101) }],
    ['far too many bytes', 'EntityTooLarge', 400, { file: Buffer.alloc(5_000_000) }],
    ['no byte', 'EntityTooSmall', 400, { file: Buffer.alloc(0) }],
    ['another type', 'AccessDenied', 403, { contentType: 'text/html' }, { contentType: 'image/jpeg' }],
    ['another key', 'AccessDenied', 403, {}, { key: 'forms/allowed' }],
    ['an expired policy', 'AccessDenied', 403, { expiresInMs: -1 }],
    ['a forged signature', 'SignatureDoesNotMatch', 403, { signature: '0'.repeat(64) }],
    ['a field that no condition covers', 'AccessDenied', 403, { fields: { 'x-amz-meta-owner': 'me' } }],
    [
      'the policy of another bucket',
      'AccessDenied',
      403,
      { conditions: shopConditions('other', 'forms/x', 'image/jpeg') },
    ],
    ['no key', 'InvalidArgument', 400, { fields: { key: '' } }],
    [
      'another access key',
      'InvalidAccessKeyId',
      403,
      { fields: { 'X-Amz-Credential': 'AKIA/20260101/eu-central-1/s3/aws4_request' } },
    ],
  ];
  it.each(refusals)(
    'When the form has %s, then it is refused with %s',
    async (what, code, status, form, signedFor) => {
      const key = `forms/refused ${what}`;
      const answer = await postForm(test.s3, { bucket: BUCKET, key, file: JPEG, ...form }, signedFor);
      expect([answer.status, codeOf(answer.text)]).toEqual([status, code]);
      expect(await exists(encodeURIComponent(key))).toBe(false);
    },
  );

  it('When a policy has starts-with conditions and a file name, then they are honoured', async () => {
    const conditions = [
      { bucket: BUCKET },
      ['starts-with', '$key', 'named/'],
      ['starts-with', '$Content-Type', 'image/'],
    ];
    const form = { bucket: BUCKET, file: JPEG, conditions };
    const good = await postForm(test.s3, { ...form, key: `named/$\{filename}`, filename: 'cat.jpg' });
    expect([good.status, await exists('named/cat.jpg')]).toEqual([204, true]);
    const bad = await postForm(test.s3, { ...form, key: 'elsewhere/cat.jpg' });
    expect([bad.status, codeOf(bad.text)]).toEqual([403, 'AccessDenied']);
  });

  it('When the body is no form, then it is refused', async () => {
    const headers = { 'content-type': 'multipart/form-data' };
    const answer = await send(test.s3.port, 'POST', `/${BUCKET}`, headers, 'x');
    expect([answer.status, codeOf(answer.text)]).toEqual([400, 'MalformedPOSTRequest']);
    const none = await send(
      test.s3.port,
      'POST',
      '/nowhere',
      { 'content-type': 'multipart/form-data; boundary=x' },
      'x',
    );
    expect([none.status, codeOf(none.text)]).toEqual([404, 'NoSuchBucket']);
  });
});

describe('Signed requests', () => {
  it('When an object is put, then it can be read, listed and deleted', async () => {
    const path = `/${BUCKET}/signed/photo%20(1)%2B.webp`;
    const headers = { 'content-type': 'image/webp', 'cache-control': 'max-age=31536000' };
    expect((await s3(test.s3, 'PUT', path, JPEG, headers)).status).toBe(200);
    const object = await s3(test.s3, 'GET', path);
    expect(object.headers).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'max-age=31536000',
    });
    expect(object.text).toBe(JPEG.toString());
    const list = await s3(test.s3, 'GET', `/${BUCKET}?list-type=2&prefix=signed%2F`);
    expect(list.text).toContain('<Key>signed/photo (1)+.webp</Key>');
    expect((await s3(test.s3, 'DELETE', path)).status).toBe(204);
    const gone = await s3(test.s3, 'GET', path);
    expect([gone.status, codeOf(gone.text)]).toEqual([404, 'NoSuchKey']);
  });

  it('When a request is unsigned, forged, or its body was changed, then it is refused', async () => {
    const unsigned = await send(test.s3.port, 'GET', `/${BUCKET}/x`, {});
    expect([unsigned.status, codeOf(unsigned.text)]).toEqual([403, 'AccessDenied']);
    const credentials = { ...test.s3.credentials, secretAccessKey: 'another' };
    const forged = await s3({ ...test.s3, credentials }, 'PUT', `/${BUCKET}/forged`, JPEG);
    expect([forged.status, codeOf(forged.text)]).toEqual([403, 'SignatureDoesNotMatch']);
    const sent: Record<string, string> = { 'x-amz-content-sha256': 'a'.repeat(64) };
    const changed = await s3(test.s3, 'PUT', `/${BUCKET}/changed`, JPEG, sent);
    expect([changed.status, codeOf(changed.text)]).toEqual([403, 'SignatureDoesNotMatch']);
    expect([await exists('forged'), await exists('changed')]).toEqual([false, false]);
  });

  it('When an object shall be new and is not, then it stays as it is', async () => {
    const put = (body: string) => s3(test.s3, 'PUT', `/${BUCKET}/new`, body, { 'if-none-match': '*' });
    expect((await put('first')).status).toBe(200);
    const second = await put('second');
    expect([second.status, codeOf(second.text)]).toEqual([412, 'PreconditionFailed']);
    expect((await s3(test.s3, 'GET', `/${BUCKET}/new`)).text).toBe('first');
  });

  it('When an operation is not there, then the answer says so', async () => {
    const answer = await s3(test.s3, 'PUT', `/${BUCKET}/copy`, '', { 'x-amz-copy-source': `/${BUCKET}/new` });
    expect([answer.status, codeOf(answer.text)]).toEqual([501, 'NotImplemented']);
  });
});

describe('Presigned URLs', () => {
  it('When a URL is good, then it puts and gets', async () => {
    const put = presign(test.s3, 'PUT', `/${BUCKET}/presigned/a%20b`, 60);
    expect((await send(test.s3.port, 'PUT', put, { 'content-length': JPEG.length }, JPEG)).status).toBe(200);
    const get = presign(test.s3, 'GET', `/${BUCKET}/presigned/a%20b`, 60);
    expect((await send(test.s3.port, 'GET', get, {})).text).toBe(JPEG.toString());
  });

  it('When a URL is expired, changed, or for another method, then it is refused', async () => {
    const past = new Date(Date.now() - 120_000).toISOString().replace(/[:-]|\.\d{3}/g, '');
    const good = presign(test.s3, 'GET', `/${BUCKET}/presigned/a%20b`, 60);
    const tries: [string, string, string][] = [
      ['GET', presign(test.s3, 'GET', `/${BUCKET}/presigned/a%20b`, 60, past), 'AccessDenied'],
      ['GET', good.replace('a%20b', 'other'), 'SignatureDoesNotMatch'],
      ['GET', good.replace('Expires=60', 'Expires=600'), 'SignatureDoesNotMatch'],
      ['PUT', good, 'SignatureDoesNotMatch'],
      ['GET', good.replace(/X-Amz-Expires=60/, 'X-Amz-Expires=999999'), 'AuthorizationQueryParametersError'],
    ];
    for (const [method, path, code] of tries) {
      const answer = await send(test.s3.port, method, path, {});
      expect(codeOf(answer.text)).toBe(code);
    }
  });
});

describe('CORS', () => {
  const preflight = (origin: string, method = 'POST') =>
    send(test.s3.port, 'OPTIONS', `/${BUCKET}`, { origin, 'access-control-request-method': method });

  it('When a rule allows the origin and the method, then the preflight is answered', async () => {
    const { status, headers } = await preflight('http://localhost:3000');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-methods': 'POST, GET',
      'access-control-max-age': '300',
    });
  });

  it('When no rule does, then it is refused', async () => {
    for (const answer of [
      await preflight('http://evil.example'),
      await preflight('http://localhost:3000', 'DELETE'),
    ]) {
      expect([answer.status, codeOf(answer.text)]).toEqual([403, 'AccessForbidden']);
    }
  });

  it('When a refused request has an allowed origin, then a page can read the refusal', async () => {
    const answer = await send(test.s3.port, 'GET', `/${BUCKET}/x`, { origin: 'http://localhost:3000' });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([
      403,
      'http://localhost:3000',
    ]);
  });
});

describe('ObjectCreated', () => {
  type S3Event = {
    Records: [{ eventName: string; s3: { object: { key: string; sequencer: string; size: number } } }];
  };
  const events = () => test.runtime.of(RESIZE).map(({ event }) => (event as S3Event).Records[0]);
  const idle = () => until('nothing pending', () => test.cloud.pendingInvocations() === 0);

  it('When an object matches prefix and suffix, then its function gets one record in the form of AWS', async () => {
    test.runtime.calls.length = 0;
    const key = 'uploads/red flower (ä).jpg';
    await postForm(test.s3, { bucket: BUCKET, key, file: JPEG });
    await s3(test.s3, 'PUT', `/${BUCKET}/uploads/second.jpg`, JPEG);
    await s3(test.s3, 'PUT', `/${BUCKET}/uploads/second.png`, JPEG);
    await s3(test.s3, 'PUT', `/${BUCKET}/variants/third.jpg`, JPEG);
    await idle();
    const [post, put, ...others] = events();
    expect(others).toEqual([]);
    expect(post).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'eu-central-1',
      eventName: 'ObjectCreated:Post',
      s3: {
        bucket: { name: BUCKET, arn: `arn:aws:s3:::${BUCKET}` },
        object: {
          key: 'uploads/red+flower+%28%C3%A4%29.jpg',
          size: JPEG.length,
          eTag: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      },
    });
    expect(put?.eventName).toBe('ObjectCreated:Put');
    expect((put?.s3.object.sequencer ?? '') > (post?.s3.object.sequencer ?? '')).toBe(true);
  });

  it('When the function fails once, then it is called again with the same event', async () => {
    test.runtime.calls.length = 0;
    let calls = 0;
    test.runtime.functions[RESIZE] = () => {
      calls += 1;
      if (calls === 1) throw new Error('not now');
    };
    await s3(test.s3, 'PUT', `/${BUCKET}/uploads/retry.jpg`, JPEG);
    await until('two calls', () => calls === 2);
    await idle();
    expect(events()[0]).toEqual(events()[1]);
  });

  it('When the function fails three times, then the event is given up and recorded in the failure destination', async () => {
    test.runtime.calls.length = 0;
    test.runtime.functions[RESIZE] = () => {
      throw new Error('never');
    };
    await s3(test.s3, 'PUT', `/${BUCKET}/uploads/lost.jpg`, JPEG);
    await idle();
    expect(test.runtime.of(RESIZE)).toHaveLength(3);
    const QueueUrl = `http://127.0.0.1:${test.sqs.port}/000000000000/shop-test-failed`;
    const { json } = await sqs(test.sqs, 'ReceiveMessage', { QueueUrl });
    const [message] = json['Messages'] as { Body: string }[];
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      version: '1.0',
      requestContext: {
        functionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${RESIZE}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { Records: [{ s3: { object: { key: 'uploads/lost.jpg' } } }] },
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error' },
    });
  });
});
