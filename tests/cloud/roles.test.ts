import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionCredentials } from '../../local/cloud/credentials.ts';
import { type Answer, dynamodb, presign, type Service, s3, send, sqs } from './support/aws.ts';
import { postForm } from './support/presigned-post.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';
import { until } from './support/until.ts';

const TEMPLATE = fileURLToPath(new URL('./fixtures/roles.yml', import.meta.url));
const ITEMS = 'shop-items';
const SECRETS = 'shop-secrets';
const TABLES = 'arn:aws:dynamodb:eu-central-1:000000000000:table';
const BUCKET = 'shop-photos';

let test: TestCloud;
beforeAll(async () => {
  test = await startTestCloud({ 'shop-test-consumer': () => null }, { template: TEMPLATE });
  for (const TableName of [ITEMS, SECRETS]) {
    const { status } = await dynamodb(test.dynamodb, 'PutItem', { TableName, Item: { pk: { S: 'there' } } });
    expect(status).toBe(200);
  }
  expect((await s3(test.s3, 'PUT', `/${BUCKET}/uploads/kept`, 'a photo')).status).toBe(200);
});
afterAll(() => test.close());

const as = (fn: string, service: Service): Service => ({
  ...service,
  credentials: functionCredentials(service.credentials, fn),
});
const db = (fn: string, operation: string, input: object) =>
  dynamodb(as(fn, test.dynamodb), operation, input);
const queue = (fn: string, action: string, name: string, input: object) =>
  sqs(as(fn, test.sqs), action, {
    QueueUrl: `http://127.0.0.1:${test.sqs.port}/000000000000/${name}`,
    ...input,
  });

const pk = (text: string) => ({ pk: { S: text } });
const there = { Key: pk('there') };
const put = (TableName: string, text: string) => ({ Put: { TableName, Item: pk(text) } });
const exists = async (TableName: string, text: string) =>
  'Item' in (await dynamodb(test.dynamodb, 'GetItem', { TableName, Key: pk(text) })).json;

/** Who was refused what, in the words of AWS. */
const refusal = (fn: string, action: string, resource: string) =>
  `User: arn:aws:sts::000000000000:assumed-role/shop-test-${fn}-eu-central-1-lambdaRole/shop-test-${fn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
const denied = (fn: string, action: string, resource: string) => ({
  __type: 'com.amazon.coral.service#AccessDeniedException',
  Message: refusal(fn, `dynamodb:${action}`, `${TABLES}/${resource}`),
});

describe('A role on DynamoDB', () => {
  it('When statements allow a call, then it is done', async () => {
    const answer = await db('reader', 'GetItem', { TableName: ITEMS, ...there });
    expect([answer.status, answer.json]).toEqual([200, { Item: pk('there') }]);
  });

  it.each([
    ['another action', 'PutItem', { TableName: ITEMS, Item: pk('no') }, 'PutItem', ITEMS],
    ['the action on another table', 'GetItem', { TableName: SECRETS, ...there }, 'GetItem', SECRETS],
    [
      'a table that does not exist, which must not tell',
      'GetItem',
      { TableName: 'none', ...there },
      'GetItem',
      'none',
    ],
    [
      'an index of the table',
      'Query',
      {
        TableName: ITEMS,
        IndexName: 'gsi1',
        KeyConditionExpression: 'gsi1pk = :a',
        ExpressionAttributeValues: { ':a': { S: 'a' } },
      },
      'Query',
      `${ITEMS}/index/gsi1`,
    ],
    [
      'one table too many of a batch',
      'BatchGetItem',
      { RequestItems: { [ITEMS]: { Keys: [pk('there')] }, [SECRETS]: { Keys: [pk('there')] } } },
      'BatchGetItem',
      SECRETS,
    ],
    ['the table itself', 'DeleteTable', { TableName: ITEMS }, 'DeleteTable', ITEMS],
    ['the list of tables', 'ListTables', {}, 'ListTables', '*'],
  ])(
    'When statements do not allow %s, then it is AccessDeniedException',
    async (_what, operation, input, action, on) => {
      const answer = await db('reader', operation, input);
      expect([answer.status, answer.json]).toEqual([400, denied('reader', action, on)]);
    },
  );

  it('When a role has an index and not its table, then it may query the one and not the other', async () => {
    const query = (name: string, more: object) =>
      db('byIndex', 'Query', {
        TableName: ITEMS,
        KeyConditionExpression: `${name} = :a`,
        ExpressionAttributeValues: { ':a': { S: 'a' } },
        ...more,
      });
    expect((await query('gsi1pk', { IndexName: 'gsi1' })).status).toBe(200);
    expect((await query('pk', {})).json).toEqual(denied('byIndex', 'Query', ITEMS));
  });

  it('When every item of a transaction is allowed, then it is done without a right to transactions as such', async () => {
    const update = { TableName: ITEMS, Key: pk('updated'), UpdateExpression: 'SET a = :a' };
    const items = [
      put(ITEMS, 'put'),
      { Update: { ...update, ExpressionAttributeValues: { ':a': { S: '' } } } },
    ];
    expect((await db('writer', 'TransactWriteItems', { TransactItems: items })).status).toBe(200);
    expect([await exists(ITEMS, 'put'), await exists(ITEMS, 'updated')]).toEqual([true, true]);
  });

  it.each([
    ['a Put into another table', put(SECRETS, 'transacted'), 'PutItem', SECRETS],
    ['a Delete', { Delete: { TableName: ITEMS, ...there } }, 'DeleteItem', ITEMS],
    [
      'a ConditionCheck',
      { ConditionCheck: { TableName: ITEMS, ...there, ConditionExpression: 'attribute_exists(pk)' } },
      'ConditionCheckItem',
      ITEMS,
    ],
  ])(
    'When one item of a transaction is not allowed (%s), then nothing of it is done',
    async (what, item, action, on) => {
      const TransactItems = [put(ITEMS, `with ${what}`), item];
      const answer = await db('writer', 'TransactWriteItems', { TransactItems });
      expect([answer.status, answer.json]).toEqual([400, denied('writer', action, on)]);
      expect(await exists(ITEMS, `with ${what}`)).toBe(false);
    },
  );

  it('When TransactGetItems is asked for, then the right to GetItem is what counts', async () => {
    const get = (TableName: string) => ({ Get: { TableName, ...there } });
    const read = (...tables: string[]) =>
      db('reader', 'TransactGetItems', { TransactItems: tables.map(get) });
    expect((await read(ITEMS)).json).toEqual({ Responses: [{ Item: pk('there') }] });
    expect((await read(ITEMS, SECRETS)).json).toEqual(denied('reader', 'GetItem', SECRETS));
  });

  it('When one statement denies what another allows, then it is denied', async () => {
    const get = (TableName: string) => db('everythingButSecrets', 'GetItem', { TableName, ...there });
    expect((await get(ITEMS)).status).toBe(200);
    expect((await get(SECRETS)).status).toBe(400);
    expect((await db('everythingButSecrets', 'PutItem', { TableName: SECRETS, Item: pk('x') })).status).toBe(
      200,
    );
  });

  it("When a function has no statements of its own, or inherits, then the provider's count", async () => {
    const get = (fn: string) => db(fn, 'GetItem', { TableName: ITEMS, ...there });
    expect([(await get('shared')).status, (await get('heir')).status]).toEqual([200, 200]);
    expect((await get('writer')).json).toEqual(denied('writer', 'GetItem', ITEMS));
    expect((await db('heir', 'DeleteItem', { TableName: ITEMS, Key: pk('gone') })).status).toBe(200);
    expect((await db('shared', 'DeleteItem', { TableName: ITEMS, Key: pk('gone') })).status).toBe(400);
  });
});

describe('A role on SQS', () => {
  it('When statements allow SendMessage, then a batch may be sent too', async () => {
    const one = await queue('writer', 'SendMessage', 'shop-work', { MessageBody: 'one' });
    const Entries = [{ Id: 'a', MessageBody: 'two' }];
    const batch = await queue('writer', 'SendMessageBatch', 'shop-work', { Entries });
    expect([one.status, batch.status]).toEqual([200, 200]);
  });

  it('When statements name another queue, then the answer is 403 AccessDenied and nothing is sent', async () => {
    const answer = await queue('writer', 'SendMessageBatch', 'shop-other', {
      Entries: [{ Id: 'a', MessageBody: 'no' }],
    });
    expect([answer.status, answer.headers['x-amzn-query-error']]).toEqual([403, 'AccessDenied;Sender']);
    expect(answer.json).toEqual({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      message: refusal('writer', 'sqs:sendmessage', 'arn:aws:sqs:eu-central-1:000000000000:shop-other'),
    });
    expect(test.cloud.queues().find(({ name }) => name === 'shop-other')).toMatchObject({ visible: 0 });
  });

  it('When a function consumes a queue, then its messages reach it though its code may not receive them', async () => {
    const answer = await queue('consumer', 'ReceiveMessage', 'shop-work', {});
    expect(answer.status).toBe(403);
    await until('a message has been delivered', () => test.runtime.of('shop-test-consumer').length > 0);
  });
});

describe('A role on S3', () => {
  const object = (fn: string, method: string, key: string, body = '') =>
    s3(as(fn, test.s3), method, `/${BUCKET}/${key}`, body);
  const accessDenied = (answer: Answer) => [answer.status, /<Code>(\w+)<\/Code>/.exec(answer.text)?.[1]];
  const form = (fn: string, key: string) =>
    postForm(as(fn, test.s3), { bucket: BUCKET, key, file: Buffer.from('a photo') });
  const isThere = async (key: string) => (await s3(test.s3, 'HEAD', `/${BUCKET}/${key}`)).status === 200;

  it('When statements allow an object by a pattern, then only what fits it may be put', async () => {
    expect((await object('upload', 'PUT', 'uploads/abcd', 'x')).status).toBe(200);
    for (const key of ['uploads/abcde', 'uploads/abc', 'other/abcd', 'uploads/']) {
      expect(accessDenied(await object('upload', 'PUT', key, 'x'))).toEqual([403, 'AccessDenied']);
    }
    const { text } = await object('upload', 'GET', 'uploads/abcd');
    expect(text.replaceAll('&#34;', '"')).toContain(
      refusal('upload', 's3:GetObject', `"arn:aws:s3:::${BUCKET}/uploads/abcd"`),
    );
  });

  it('When a form is signed by a function that may put the object, then it is taken', async () => {
    expect((await form('upload', 'uploads/form')).status).toBe(204);
    expect(await isThere('uploads/form')).toBe(true);
  });

  it.each([
    ['may not put at all', 'download', 'uploads/evil'],
    ['may put elsewhere only', 'upload', 'other/evil'],
  ])(
    'When a form is signed by a function that %s, then it is AccessDenied, whatever it signed',
    async (_what, fn, key) => {
      expect(accessDenied(await form(fn, key))).toEqual([403, 'AccessDenied']);
      expect(await isThere(key)).toBe(false);
    },
  );

  it('When a URL is signed by a function, then it allows what the function may', async () => {
    const get = async (fn: string) => {
      const path = presign(as(fn, test.s3), 'GET', `/${BUCKET}/uploads/kept`, 60);
      return (await send(test.s3.port, 'GET', path, { host: `127.0.0.1:${test.s3.port}` })).status;
    };
    expect([await get('download'), await get('upload')]).toEqual([200, 403]);
  });

  it('When an object is missing, then only a role with s3:ListBucket is told so', async () => {
    for (const method of ['GET', 'HEAD']) {
      expect((await object('download', method, 'uploads/kept')).status).toBe(200);
      expect((await object('download', method, 'uploads/none')).status).toBe(403);
      expect((await object('downloadAndList', method, 'uploads/none')).status).toBe(404);
    }
    expect(accessDenied(await object('downloadAndList', 'GET', 'uploads/none'))).toEqual([404, 'NoSuchKey']);
    expect((await object('download', 'GET', 'uploads/none')).text).toContain('s3:ListBucket');
  });

  it('When objects are deleted, then each needs its right, and many at once the right to all', async () => {
    expect((await object('download', 'DELETE', 'uploads/kept')).status).toBe(403);
    expect((await object('downloadAndList', 'DELETE', 'uploads/never-there')).status).toBe(204);
    const many = '<Delete><Object><Key>uploads/kept</Key></Object></Delete>';
    const answer = await s3(as('downloadAndList', test.s3), 'POST', `/${BUCKET}?delete=`, many);
    expect([answer.status, await isThere('uploads/kept')]).toEqual([403, true]);
  });
});

describe('Keys of functions', () => {
  it("When a function signs as another with its own secret, then the signature is refused, and the operator's too", async () => {
    const own = as('reader', test.dynamodb).credentials;
    for (const other of [as('writer', test.dynamodb).credentials, test.dynamodb.credentials]) {
      const credentials = { ...own, accessKeyId: other.accessKeyId };
      const answer = await dynamodb({ ...test.dynamodb, credentials }, 'PutItem', {
        TableName: ITEMS,
        Item: pk('stolen'),
      });
      expect([answer.status, answer.json['__type']]).toEqual([
        400,
        'com.amazon.coral.service#InvalidSignatureException',
      ]);
    }
  });

  it('When the template has no such function, then its key is unknown', async () => {
    const answer = await db('nobody', 'GetItem', { TableName: ITEMS, ...there });
    expect(answer.json['__type']).toBe('com.amazon.coral.service#UnrecognizedClientException');
  });
});

describe('What roles were used for', () => {
  it('When a call is refused, then the log names function, action and resource, and GET /roles counts it', async () => {
    const resource = `${TABLES}/${SECRETS}`;
    await db('byIndex', 'DeleteItem', { TableName: SECRETS, ...there });
    expect(test.logged).toContainEqual(
      expect.stringContaining(`byIndex was refused dynamodb:DeleteItem on ${resource}`),
    );
    const answer = await send(test.cloud.ports.control, 'GET', '/roles', {});
    const { roles } = answer.json as { roles: ReturnType<TestCloud['cloud']['roles']> };
    const role = roles.find((one) => one.function === 'byIndex');
    expect(role?.refused).toContainEqual({ action: 'dynamodb:DeleteItem', resource, calls: 1 });
    expect(role?.granted).toEqual([
      { action: 'dynamodb:Query', resource: `${TABLES}/${ITEMS}/index/gsi1`, calls: 1 },
    ]);
  });
});
