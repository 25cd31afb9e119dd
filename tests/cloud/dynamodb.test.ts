import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodb, send } from './support/aws.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';

const TABLE = 'shop-test-orders';
let test: TestCloud;
beforeAll(async () => {
  test = await startTestCloud();
});
afterAll(() => test.close());

const call = (operation: string, input: object) => dynamodb(test.dynamodb, operation, input);
const key = (pk: string, sk = '1') => ({ pk: { S: pk }, sk: { S: sk } });
const put = (pk: string, extra: object = {}) =>
  call('PutItem', { TableName: TABLE, Item: { ...key(pk), ...extra } });
const get = async (pk: string, sk = '1') =>
  (await call('GetItem', { TableName: TABLE, Key: key(pk, sk), ConsistentRead: true })).json['Item'] as
    | Record<string, Record<string, string>>
    | undefined;
const typeOf = (json: Record<string, unknown>) => String(json['__type']).split('#')[1];
const putOf = (pk: string, extra: object = {}, condition?: object) => ({
  Put: { TableName: TABLE, Item: { ...key(pk), ...extra }, ...condition },
});
const decrement = (pk: string, by: number, extra: object = {}) => ({
  Update: {
    TableName: TABLE,
    Key: key(pk),
    UpdateExpression: 'SET stock = stock - :n',
    ConditionExpression: 'stock >= :n',
    ExpressionAttributeValues: { ':n': { N: String(by) } },
    ...extra,
  },
});

describe('DynamoDB', () => {
  it('When an item changes its index key, then the index has it under the new key only', async () => {
    await put('indexed', { gsi1pk: { S: 'old' }, gsi1sk: { S: 'x' } });
    await put('indexed', { gsi1pk: { S: 'new' }, gsi1sk: { S: 'x' } });
    const count = async (value: string) =>
      (
        await call('Query', {
          TableName: TABLE,
          IndexName: 'gsi1',
          KeyConditionExpression: 'gsi1pk = :p',
          ExpressionAttributeValues: { ':p': { S: value } },
        })
      ).json['Count'];
    expect([await count('old'), await count('new')]).toEqual([0, 1]);
  });

  it('When a condition fails and the old item is asked for, then it is in the answer', async () => {
    await put('conditional', { stock: { N: '1' } });
    const update = decrement('conditional', 2, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }).Update;
    const { status, json } = await call('UpdateItem', update);
    expect([status, typeOf(json)]).toEqual([400, 'ConditionalCheckFailedException']);
    expect(json['Item']).toMatchObject({ stock: { N: '1' } });
    const without = await call('UpdateItem', decrement('conditional', 2).Update);
    expect(without.json['Item']).toBeUndefined();
  });

  it('When BatchWriteItem has a wrong request, then nothing of it is written', async () => {
    const requests = [
      { PutRequest: { Item: key('batch-1') } },
      { PutRequest: { Item: { pk: { S: 'batch-2' } } } },
    ];
    const { status } = await call('BatchWriteItem', { RequestItems: { [TABLE]: requests } });
    expect(status).toBe(400);
    expect(await get('batch-1')).toBeUndefined();
  });

  it('When a request is not signed or signed with another secret, then it is refused', async () => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
    };
    const unsigned = await send(test.dynamodb.port, 'POST', '/', headers, '{}');
    expect(typeOf(unsigned.json)).toBe('MissingAuthenticationTokenException');
    const credentials = { ...test.dynamodb.credentials, secretAccessKey: 'another' };
    const forged = await dynamodb({ ...test.dynamodb, credentials }, 'ListTables', {});
    expect(typeOf(forged.json)).toBe('InvalidSignatureException');
    const unknown = { ...credentials, accessKeyId: 'AKIDEXAMPLE' };
    const stranger = await dynamodb({ ...test.dynamodb, credentials: unknown }, 'ListTables', {});
    expect(typeOf(stranger.json)).toBe('UnrecognizedClientException');
    const elsewhere = await dynamodb({ ...test.dynamodb, region: 'us-east-1' }, 'ListTables', {});
    expect(typeOf(elsewhere.json)).toBe('InvalidSignatureException');
  });

  it('When an operation does not exist, then the answer says so', async () => {
    const { status, json } = await call('ExecuteStatement', {});
    expect([status, typeOf(json)]).toEqual([400, 'UnknownOperationException']);
  });
});

describe('TransactWriteItems', () => {
  it('When every condition holds, then all four kinds of operation take effect', async () => {
    await put('t-stock', { stock: { N: '5' } });
    await put('t-gone');
    const { status } = await call('TransactWriteItems', {
      TransactItems: [
        putOf('t-new', { gsi1pk: { S: 't' }, gsi1sk: { S: '1' } }),
        decrement('t-stock', 2),
        { Delete: { TableName: TABLE, Key: key('t-gone') } },
        {
          ConditionCheck: {
            TableName: TABLE,
            Key: key('t-absent'),
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    });
    expect(status).toBe(200);
    expect(await get('t-new')).toBeDefined();
    expect(await get('t-stock')).toMatchObject({ stock: { N: '3' } });
    expect([await get('t-gone'), await get('t-absent')]).toEqual([undefined, undefined]);
  });

  it('When some conditions fail, then nothing is written and the reasons are in order, with the old item where asked', async () => {
    await put('r-stock', { stock: { N: '1' } });
    const { status, json } = await call('TransactWriteItems', {
      TransactItems: [
        putOf('r-new'),
        decrement('r-stock', 2, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        putOf('r-other', {}, { ConditionExpression: 'attribute_exists(pk)' }),
      ],
    });
    expect([status, typeOf(json)]).toEqual([400, 'TransactionCanceledException']);
    expect(json['CancellationReasons']).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { ...key('r-stock'), stock: { N: '1' } },
      },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
    ]);
    expect(json['Message']).toContain('[None, ConditionalCheckFailed, ConditionalCheckFailed]');
    expect([await get('r-new'), await get('r-other')]).toEqual([undefined, undefined]);
    expect(await get('r-stock')).toMatchObject({ stock: { N: '1' } });
  });

  it('When a token is used again, then the same request is answered without effect and another is refused', async () => {
    await put('token', { stock: { N: '5' } });
    const request = (by: number) => ({
      ClientRequestToken: 'token-1',
      TransactItems: [decrement('token', by)],
    });
    const statuses = [];
    for (const by of [1, 1]) statuses.push((await call('TransactWriteItems', request(by))).status);
    expect(statuses).toEqual([200, 200]);
    expect(await get('token')).toMatchObject({ stock: { N: '4' } });
    const other = await call('TransactWriteItems', request(2));
    expect(typeOf(other.json)).toBe('IdempotentParameterMismatchException');
  });

  it('When a request is invalid, then it is a ValidationException and nothing is written', async () => {
    const invalid = async (TransactItems: unknown[]) => {
      const { status, json } = await call('TransactWriteItems', { TransactItems });
      return [status, typeOf(json)];
    };
    const refused = [400, 'ValidationException'];
    expect(await invalid(Array.from({ length: 101 }, (_, i) => putOf(`many-${i}`)))).toEqual(refused);
    expect(await invalid([])).toEqual(refused);
    expect(await invalid([putOf('twice'), decrement('twice', 1)])).toEqual(refused);
    expect(await invalid([{ ...putOf('a'), ...decrement('b', 1) }])).toEqual(refused);
    expect(await invalid([{ ConditionCheck: { TableName: TABLE, Key: key('a') } }])).toEqual(refused);
    expect(await invalid([putOf('bad', {}, { ConditionExpression: 'not an (expression' })])).toEqual(refused);
    expect([await get('many-0'), await get('twice'), await get('a')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('When 20 workers try to buy 160 times one of 100, then exactly 100 are sold', async () => {
    await put('race', { stock: { N: '100' } });
    let sold = 0;
    const worker = async (w: number): Promise<void> => {
      for (let i = 0; i < 8; i += 1) {
        const sale = putOf(`sale-${w}-${i}`, {}, { ConditionExpression: 'attribute_not_exists(pk)' });
        const { status } = await call('TransactWriteItems', { TransactItems: [decrement('race', 1), sale] });
        if (status === 200) sold += 1;
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, w) => worker(w)));
    expect(sold).toBe(100);
    expect(await get('race')).toMatchObject({ stock: { N: '0' } });
    const sales = await call('Scan', {
      TableName: TABLE,
      FilterExpression: 'begins_with(pk, :p)',
      ExpressionAttributeValues: { ':p': { S: 'sale-' } },
    });
    expect(sales.json['Count']).toBe(100);
  });

  it('When single writes and transactions race on one item, then no update is lost', async () => {
    await put('mixed', { stock: { N: '1000' } });
    const single = () => call('UpdateItem', decrement('mixed', 1).Update);
    const both = () =>
      call('TransactWriteItems', { TransactItems: [decrement('mixed', 1), putOf('mixed-log')] });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? single() : both())));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await get('mixed')).toMatchObject({ stock: { N: '800' } });
  });
});

describe('TransactGetItems', () => {
  it('When items are read together, then an absent one is an empty response in its place', async () => {
    await put('g-1', { n: { N: '1' } });
    const TransactItems = ['g-1', 'g-absent'].map((pk) => ({ Get: { TableName: TABLE, Key: key(pk) } }));
    const { json } = await call('TransactGetItems', { TransactItems });
    expect(json['Responses']).toEqual([{ Item: { ...key('g-1'), n: { N: '1' } } }, {}]);
  });

  it('When transactions move an amount between two items, then a reader always sees the same sum', async () => {
    await put('sum-a', { stock: { N: '500' } });
    await put('sum-b', { stock: { N: '500' } });
    const move = (i: number) => {
      const [from, to] = i % 2 ? ['sum-a', 'sum-b'] : ['sum-b', 'sum-a'];
      return call('TransactWriteItems', { TransactItems: [decrement(from, 1), decrement(to, -1)] });
    };
    const read = async () => {
      const TransactItems = ['sum-a', 'sum-b'].map((pk) => ({ Get: { TableName: TABLE, Key: key(pk) } }));
      const { json } = await call('TransactGetItems', { TransactItems });
      const items = json['Responses'] as { Item: { stock: { N: string } } }[];
      return items.reduce((sum, { Item }) => sum + Number(Item.stock.N), 0);
    };
    const work = await Promise.all(Array.from({ length: 120 }, (_, i) => (i % 3 === 2 ? read() : move(i))));
    const sums = work.filter((value) => typeof value === 'number');
    expect(new Set(sums)).toEqual(new Set([1000]));
  });
});

describe('Time to live', () => {
  const seconds = (offset: number) => ({ N: String(Math.floor(Date.now() / 1000) + offset) });

  it('When the template enables it, then DescribeTimeToLive says so', async () => {
    const { json } = await call('DescribeTimeToLive', { TableName: TABLE });
    expect(json['TimeToLiveDescription']).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
  });

  it('When items expire, then they and their index entries are deleted, and items that were prolonged stay', async () => {
    await put('ttl-old', { ttl: seconds(-10), gsi1pk: { S: 'ttl' }, gsi1sk: { S: '1' } });
    await put('ttl-later', { ttl: seconds(3600) });
    await put('ttl-prolonged', { ttl: seconds(-10) });
    await put('ttl-prolonged', { ttl: seconds(3600) });
    await put('ttl-text', { ttl: { S: 'yesterday' } });
    expect(await test.cloud.sweepExpired()).toBe(1);
    expect(await get('ttl-old')).toBeUndefined();
    for (const pk of ['ttl-later', 'ttl-prolonged', 'ttl-text']) expect(await get(pk)).toBeDefined();
    const { json } = await call('Query', {
      TableName: TABLE,
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'ttl' } },
    });
    expect(json['Count']).toBe(0);
    expect(await test.cloud.sweepExpired(Date.now() + 3_601_000)).toBe(2);
  });

  it('When it is switched off and on with another attribute, then items written before expire by that one', async () => {
    await put('ttl-other', { ttl: seconds(-10), until: seconds(-10) });
    const set = (AttributeName: string, Enabled: boolean) =>
      call('UpdateTimeToLive', { TableName: TABLE, TimeToLiveSpecification: { AttributeName, Enabled } });
    expect((await set('ttl', false)).status).toBe(200);
    expect(await test.cloud.sweepExpired()).toBe(0);
    expect((await set('until', true)).status).toBe(200);
    expect(await test.cloud.sweepExpired()).toBe(1);
    expect((await set('until', false)).status).toBe(200);
    expect((await set('ttl', true)).status).toBe(200);
  });
});
