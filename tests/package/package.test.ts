/** What `serverless package` makes, without credentials: each archive stands by itself, and the template is whole. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTemplate } from '../../local/cloud/template.ts';
import { type Packaged, packageStack, ROOT, unpack } from './package-stack.ts';
import { statementsOf, tooWide } from './policy-stars.ts';

const IMPORTER = fileURLToPath(new URL('./import-handlers.cjs', import.meta.url));

/** Machine numbers of ELF files. */
const MACHINES = { x86_64: 62, arm64: 183 } as const;

const template = loadTemplate({ file: join(ROOT, 'serverless.yml'), stage: 'dev' });
const keys = template.functions.map(({ key }) => key);
const logical = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const unpacked = (packaged: Packaged, key: string): string => {
  const folder = unpack(packaged.artifact(key));
  folders.push(folder);
  return folder;
};

const importAll = (args: readonly string[]): Record<string, string> =>
  JSON.parse(
    execFileSync(process.execPath, [IMPORTER, ...args], {
      encoding: 'utf8',
      cwd: '/',
      env: { STORE: 'dynamodb', LOG_LEVEL: 'silent' },
    }),
  );

const nativeFiles = (files: Record<string, Uint8Array>) =>
  Object.entries(files).filter(([name]) => /\.(node|so)(\.[\d.]+)?$/.test(name));

describe.each(['x86_64', 'arm64'] as const)('serverless package for %s', (architecture) => {
  let packaged: Packaged;
  const isForeign = process.arch !== (architecture === 'arm64' ? 'arm64' : 'x64');

  beforeAll(() => {
    packaged = packageStack(architecture);
  });

  it('When an archive is unpacked where nothing else is, then its handler can be imported', () => {
    const byFolder = new Map(keys.map((key) => [unpacked(packaged, key), key]));
    const args = [...byFolder].map(([folder, key]) =>
      isForeign && key === 'resizeImage' ? `-${folder}` : folder,
    );
    const imported = importAll(args);
    const results = Object.entries(imported).map(([folder, type]) => [byFolder.get(folder), type]);
    expect(results).toEqual(keys.map((key) => [key, 'function']));
    expect(results.length).toBeGreaterThan(20);
  });

  it('When a function resizes, then its archive holds sharp for that machine, and no other one', () => {
    const files = packaged.artifact('resizeImage');
    const cpu = architecture === 'arm64' ? 'arm64' : 'x64';
    const images = [...new Set(Object.keys(files).map((name) => /@img\/([^/]+)/.exec(name)?.[1]))].filter(
      Boolean,
    );
    expect(images.toSorted()).toEqual(['colour', `sharp-libvips-linux-${cpu}`, `sharp-linux-${cpu}`]);
    for (const name of ['sharp/package.json', 'detect-libc/package.json', 'semver/package.json']) {
      expect(files).toHaveProperty([`node_modules/${name}`]);
    }
    const native = nativeFiles(files);
    expect(native.length).toBeGreaterThanOrEqual(2);
    for (const [name, bytes] of native) {
      const header = Buffer.from(bytes.subarray(0, 20));
      expect([name, header.toString('latin1', 1, 4), header.readUInt16LE(18)]).toEqual([
        name,
        'ELF',
        MACHINES[architecture],
      ]);
    }
  });

  it.skipIf(isForeign)('When the archive is used on such a machine, then sharp makes a picture', () => {
    const folder = unpacked(packaged, 'resizeImage');
    const script = `require('sharp')({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).webp().toBuffer()
      .then((bytes) => process.stdout.write(bytes.subarray(8, 12)))`;
    const made = execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8', env: {} });
    expect(made).toBe('WEBP');
  });

  it('When a function does not resize, then its archive holds its bundle, and perhaps the driver, and no more', () => {
    for (const key of keys.filter((key) => key !== 'resizeImage')) {
      const names = Object.keys(packaged.artifact(key)).filter((name) => name !== 'pg.cjs');
      expect([key, names]).toEqual([key, ['index.cjs']]);
    }
  });

  it('When a function is of the stack, then it runs on Node 24 of that machine under a role of its own', () => {
    const roles = new Set<string>();
    for (const { key, name, timeout, memorySize } of template.functions) {
      const fn = packaged.resources[`${logical(key)}LambdaFunction`];
      expect(fn?.Properties).toMatchObject({
        FunctionName: name,
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Architectures: [architecture],
        Timeout: timeout,
        MemorySize: memorySize,
      });
      const role = fn?.Properties.Role['Fn::GetAtt'][0];
      expect(packaged.resources[role]).toMatchObject({
        Type: 'AWS::IAM::Role',
        Properties: { ManagedPolicyArns: [] },
      });
      roles.add(role);
    }
    expect(roles.size).toBe(keys.length);
  });

  it('When a policy says something, then it names what it means: no * anywhere', () => {
    expect(statementsOf(packaged.resources).length).toBeGreaterThan(keys.length);
    expect(tooWide(packaged.resources)).toEqual([]);
  });
});

describe('the check of policies', () => {
  it('When a statement has a * or a negation, then it is found', () => {
    const policy = (statement: object) => ({
      Role: { Type: 'x', Properties: { Policies: [{ Statement: [statement] }] } },
    });
    expect(tooWide(policy({ Action: ['s3:Get*'], Resource: 'arn:x' }))).toHaveLength(1);
    expect(tooWide(policy({ Action: ['s3:GetObject'], Resource: { 'Fn::Sub': 'arn:x/*' } }))).toHaveLength(1);
    expect(tooWide(policy({ NotAction: ['s3:GetObject'], Resource: 'arn:x' }))).toHaveLength(1);
    expect(tooWide(policy({ Action: ['s3:GetObject'], Resource: 'arn:x' }))).toEqual([]);
  });
});

describe('the packaged template', () => {
  let packaged: Packaged;
  beforeAll(() => {
    packaged = packageStack('arm64');
  });
  const ofType = (type: string) => Object.values(packaged.resources).filter(({ Type }) => Type === type);

  it('When a function has a route, then the HTTP API has it', () => {
    const wanted = template.functions.flatMap(({ httpApi }) =>
      httpApi.map(({ method, path }) => (path === '*' ? '$default' : `${method} ${path}`)),
    );
    const found = ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);
    expect(found.toSorted()).toEqual(wanted.toSorted());
    expect(found).toContain('$default');
  });

  it('When a function consumes a queue, then single messages may fail, and a dead-letter queue keeps them for 14 days', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(template.functions.filter(({ sqs }) => sqs.length > 0).length);
    for (const { Properties } of mappings) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      const fn = packaged.resources[Properties.FunctionName['Fn::GetAtt'][0]];
      const queue = packaged.resources[Properties.EventSourceArn['Fn::GetAtt'][0]]?.Properties;
      expect(fn?.Properties.Timeout).toBe(10);
      expect(queue).toMatchObject({ VisibilityTimeout: 60, RedrivePolicy: { maxReceiveCount: 5 } });
      const dead = packaged.resources[queue.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]];
      expect(dead).toMatchObject({
        Type: 'AWS::SQS::Queue',
        Properties: { MessageRetentionPeriod: 14 * 24 * 3600 },
      });
    }
  });

  it('When a function runs on a schedule, then there is a rule that may invoke it', () => {
    const wanted = template.functions.flatMap(({ schedules }) =>
      schedules.map(({ expression }) => expression),
    );
    const rules = ofType('AWS::Events::Rule').map(({ Properties }) => Properties.ScheduleExpression);
    expect(rules.toSorted()).toEqual(wanted.toSorted());
    expect(rules).toContain('rate(1 minute)');
  });

  it('When a photo arrives in the bucket, then it is resized, and one that fails for good is kept for the operator', () => {
    const [configuration] =
      packaged.resources['PhotosBucket']?.Properties.NotificationConfiguration.LambdaConfigurations ?? [];
    expect(configuration).toMatchObject({
      Event: 's3:ObjectCreated:*',
      Function: { 'Fn::GetAtt': ['ResizeImageLambdaFunction', 'Arn'] },
      Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'uploads/' }] } },
    });
    const asynchronous = ofType('AWS::Lambda::EventInvokeConfig').find(
      ({ Properties }) => Properties.DestinationConfig?.OnFailure,
    );
    expect(asynchronous?.Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['ResizeImageDlq', 'Arn'] } } },
    });
  });

  it('When something is kept, then it is encrypted, not public, and logs end some day', () => {
    for (const { Properties } of ofType('AWS::DynamoDB::Table')) {
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      });
    }
    for (const { Properties } of ofType('AWS::SQS::Queue'))
      expect(Properties.SqsManagedSseEnabled).toBe(true);
    expect(packaged.resources['PhotosBucket']?.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(keys.length);
    for (const { Properties } of groups) expect(Properties.RetentionInDays).toBe(30);
  });

  it('When a function has variables, then none of them is a secret', () => {
    const names = ofType('AWS::Lambda::Function').flatMap(({ Properties }) =>
      Object.keys(Properties.Environment?.Variables ?? {}),
    );
    expect([...new Set(names)].toSorted()).toEqual([
      ...[
        'AUTH_TABLE',
        'IMAGES_TABLE',
        'INVENTORY_TABLE',
        'JWKS_URL',
        'LOG_LEVEL',
        'ORDERS_TABLE',
        'PHOTOS_BUCKET',
      ],
      ...['RELEASE_STOCK_QUEUE_URL', 'RESERVE_STOCK_QUEUE_URL', 'SETTLE_ORDER_QUEUE_URL', 'STORE'],
    ]);
  });
});
