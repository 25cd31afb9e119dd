import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadTemplate } from '../../local/cloud/template.ts';
import { FIXTURE, makeDataDir } from './support/test-cloud.ts';

const load = (options: Partial<Parameters<typeof loadTemplate>[0]> = {}) =>
  loadTemplate({ file: FIXTURE, stage: 'test', ports: { httpApi: 5000, sqs: 5011 }, ...options });

const fn = (key: string, template = load()) => {
  const found = template.functions.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`no function ${key}`);
  return found;
};

const loadText = (text: string) => {
  const folder = makeDataDir();
  try {
    const file = join(folder, 'serverless.yml');
    writeFileSync(file, text);
    return loadTemplate({ file, stage: 'test' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe('loadTemplate', () => {
  it('When a function has environment variables, then each reference has its local value and function-level ones win', () => {
    expect(fn('placeOrder').environment).toEqual({
      STAGE: 'test',
      LOG_LEVEL: 'info',
      ORDERS_TABLE: 'shop-test-orders',
      SETTLE_QUEUE_URL: 'http://127.0.0.1:5011/000000000000/shop-test-settle',
      JWKS_URL: 'http://127.0.0.1:5000/.well-known/jwks.json',
      API_ENDPOINT: 'http://127.0.0.1:5000',
      SENDER: 'http://localhost:3000',
      BATCH: '25',
    });
    expect(fn('settle').environment).toMatchObject({ LOG_LEVEL: 'debug', STAGE: 'test' });
  });

  it('When the environment names a variable, then it wins over the fallback', () => {
    const template = load({ env: { LOG_LEVEL: 'warn' }, params: { sender: 'http://elsewhere' } });
    expect(fn('placeOrder', template).environment).toMatchObject({
      LOG_LEVEL: 'warn',
      SENDER: 'http://elsewhere',
    });
  });

  it('When functions have triggers, then they are read in all of their forms', () => {
    expect(fn('placeOrder').httpApi).toEqual([
      { method: 'POST', path: '/orders' },
      { method: 'GET', path: '/orders/{id}' },
    ]);
    expect(fn('notFound').httpApi).toEqual([{ method: '*', path: '*' }]);
    expect(fn('settle').sqs[0]).toMatchObject({ batchSize: 5, reportBatchItemFailures: true, window: 0 });
    expect(fn('archive').sqs[0]).toMatchObject({
      batchSize: 1,
      maximumConcurrency: 2,
      reportBatchItemFailures: false,
    });
    expect(fn('resize').s3).toEqual([
      { bucket: 'shop-000000000000-photos', event: 's3:ObjectCreated:*', prefix: 'uploads/', suffix: '.jpg' },
    ]);
    expect(fn('resize')).toMatchObject({
      memorySize: 1769,
      timeout: 5,
      reservedConcurrency: 2,
      retries: 2,
      onFailure: 'arn:aws:sqs:eu-central-1:000000000000:shop-test-failed',
    });
    expect(fn('nightly').schedules).toEqual([
      { expression: 'cron(0 3 * * ? *)', enabled: true, input: { night: true } },
    ]);
    expect(fn('paused').schedules).toEqual([{ expression: 'rate(5 minutes)', enabled: false }]);
  });

  it('When resources are read, then names, keys, expiry and redrive are those of the file', () => {
    const { tables, queues, buckets } = load();
    expect(tables).toMatchObject([{ name: 'shop-test-orders', ttlAttribute: 'ttl' }]);
    expect(queues.map(({ name }) => name)).toEqual([
      'shop-test-settle',
      'shop-test-settle-dlq',
      'shop-test-filtered',
      'shop-test-archive',
      'shop-test-failed',
    ]);
    expect(queues[0]).toMatchObject({
      visibilityTimeout: 1,
      redrive: {
        deadLetterArn: 'arn:aws:sqs:eu-central-1:000000000000:shop-test-settle-dlq',
        maxReceiveCount: 2,
      },
    });
    expect(buckets[0]?.cors[0]).toMatchObject({ methods: ['POST', 'GET'], maxAge: 300 });
  });

  it("When a bucket's own notification names a function, then the function has the trigger", () => {
    const template = loadText(`
service: shop
provider: { name: aws }
functions:
  resize-image: { handler: a.b }
resources:
  Resources:
    Photos:
      Type: AWS::S3::Bucket
      Properties:
        BucketName: photos-of-test
        NotificationConfiguration:
          LambdaConfigurations:
            - Event: s3:ObjectCreated:Post
              Filter: { S3Key: { Rules: [{ Name: prefix, Value: uploads/ }] } }
              Function: !GetAtt ResizeDashimageLambdaFunction.Arn
`);
    expect(template.functions[0]?.s3).toEqual([
      { bucket: 'photos-of-test', event: 's3:ObjectCreated:Post', prefix: 'uploads/', suffix: '' },
    ]);
  });

  it.each([
    [
      'a reference to nothing',
      'environment: { A: !Ref Nowhere }',
      /functions\.f\.environment.* refers to Nowhere/,
    ],
    [
      'a variable without value',
      `environment: { A: '$\{env:NOT_SET_ANYWHERE}' }`,
      /has no value and no fallback/,
    ],
    [
      'a queue that is none',
      'events: [{ sqs: { arn: arn:x } }]',
      /functions\.f\.events\[0\]\.sqs names arn:x/,
    ],
    [
      'too many filters',
      'events: [{ sqs: { arn: !GetAtt Q.Arn, filterPatterns: [{}, {}, {}, {}, {}, {}] } }]',
      /6 filterPatterns: 5 are allowed/,
    ],
    [
      'a concurrency of one',
      'events: [{ sqs: { arn: !GetAtt Q.Arn, maximumConcurrency: 1 } }]',
      /maximumConcurrency of 1, which is no whole number from 2 to 1000/,
    ],
    [
      'too long a window',
      'events: [{ sqs: { arn: !GetAtt Q.Arn, maximumBatchingWindow: 301 } }]',
      /maximumBatchingWindow of 301/,
    ],
    [
      'a batch without window',
      'events: [{ sqs: { arn: !GetAtt Q.Arn, batchSize: 11 } }]',
      /maximumBatchingWindow/,
    ],
    [
      'a timeout beyond visibility',
      'timeout: 40\n    events: [{ sqs: !GetAtt Q.Arn }]',
      /longer than the queue's/,
    ],
  ])('When the file has %s, then the error names the place', (_what, definition, message) => {
    const text = `
service: shop
provider: { name: aws }
functions:
  f:
    handler: a.b
    ${definition}
resources: { Resources: { Q: { Type: AWS::SQS::Queue } } }
`;
    expect(() => loadText(text)).toThrow(message);
  });
});
