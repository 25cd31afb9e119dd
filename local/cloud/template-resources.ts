/** Tables, queues and buckets of the template. */
import { isRecord, physicalName, type Resolve, type TemplateContext } from './template-intrinsics.ts';

/** A table: `createTable` is the body of a CreateTable request; `ttlAttribute` is set when expiry is enabled. */
export type TableSpec = {
  readonly logicalId: string;
  readonly name: string;
  readonly createTable: Readonly<Record<string, unknown>>;
  readonly ttlAttribute?: string;
};

/** A queue; times in seconds. */
export type QueueSpec = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeout: number;
  readonly retention: number;
  readonly delay: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
};

/** One CORS rule of a bucket; `maxAge` in seconds. */
export type CorsRule = {
  readonly methods: readonly string[];
  readonly origins: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAge?: number;
};

/** A function that a bucket calls: event such as `s3:ObjectCreated:*`, and prefix and suffix of the key. */
export type BucketNotification = {
  readonly functionArn: string;
  readonly event: string;
  readonly prefix: string;
  readonly suffix: string;
};

/** A bucket with the notifications of its own properties (those of `events: - s3` are the functions'). */
export type BucketSpec = {
  readonly logicalId: string;
  readonly name: string;
  readonly cors: readonly CorsRule[];
  readonly notifications: readonly BucketNotification[];
};

type Typed = { readonly id: string; readonly where: string; readonly properties: Record<string, unknown> };

const ofType = (context: TemplateContext, resolve: Resolve, type: string): Typed[] =>
  Object.entries(context.resources).flatMap(([id, resource]) => {
    if (!isRecord(resource) || resource['Type'] !== type) return [];
    const where = `resources.Resources.${id}.Properties`;
    const properties = resolve(resource['Properties'] ?? {}, where);
    return [{ id, where, properties: isRecord(properties) ? properties : {} }];
  });

/** Properties of a table that a CreateTable request has too. */
const CREATE_TABLE = [
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
  'ProvisionedThroughput',
];

/** Every AWS::DynamoDB::Table. */
export const readTables = (context: TemplateContext, resolve: Resolve): TableSpec[] =>
  ofType(context, resolve, 'AWS::DynamoDB::Table').map(({ id, properties }) => {
    const name = physicalName(context, id, resolve);
    const kept = Object.entries(properties).filter(([key]) => CREATE_TABLE.includes(key));
    const ttl = properties['TimeToLiveSpecification'];
    const enabled = isRecord(ttl) && ttl['Enabled'] !== false && ttl['Enabled'] !== 'false';
    return {
      logicalId: id,
      name,
      createTable: { BillingMode: 'PAY_PER_REQUEST', ...Object.fromEntries(kept), TableName: name },
      ...(enabled ? { ttlAttribute: String(ttl['AttributeName']) } : {}),
    };
  });

const DEFAULT_VISIBILITY_S = 30;
const DEFAULT_RETENTION_S = 4 * 24 * 3600;

/** Every AWS::SQS::Queue. A redrive policy must name a queue of the same template. */
export const readQueues = (context: TemplateContext, resolve: Resolve): QueueSpec[] => {
  const queues = ofType(context, resolve, 'AWS::SQS::Queue').map(({ id, where, properties }) => ({
    where,
    policy: properties['RedrivePolicy'],
    spec: {
      logicalId: id,
      name: physicalName(context, id, resolve),
      arn: String(resolve({ 'Fn::GetAtt': [id, 'Arn'] }, where)),
      url: String(resolve({ Ref: id }, where)),
      visibilityTimeout: Number(properties['VisibilityTimeout'] ?? DEFAULT_VISIBILITY_S),
      retention: Number(properties['MessageRetentionPeriod'] ?? DEFAULT_RETENTION_S),
      delay: Number(properties['DelaySeconds'] ?? 0),
    },
  }));
  const arns = new Set(queues.map(({ spec }) => spec.arn));
  return queues.map(({ where, policy, spec }) => {
    if (!isRecord(policy)) return spec;
    const deadLetterArn = String(policy['deadLetterTargetArn']);
    if (!arns.has(deadLetterArn)) {
      throw new Error(
        `${context.file}: ${where}.RedrivePolicy names ${deadLetterArn}, which is no queue of the template`,
      );
    }
    return { ...spec, redrive: { deadLetterArn, maxReceiveCount: Number(policy['maxReceiveCount']) } };
  });
};

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** `AllowedMethods` in a resource, `allowedMethods` under `provider.s3`. */
const corsRules = (configuration: unknown): CorsRule[] => {
  if (!isRecord(configuration)) return [];
  const rules = configuration['CorsRules'] ?? configuration['corsRules'];
  return (Array.isArray(rules) ? rules : []).filter(isRecord).map((rule) => {
    const property = (name: string): unknown =>
      rule[name] ?? rule[name.charAt(0).toLowerCase() + name.slice(1)];
    const maxAge = property('MaxAge');
    return {
      methods: strings(property('AllowedMethods')),
      origins: strings(property('AllowedOrigins')),
      headers: strings(property('AllowedHeaders')),
      exposed: strings(property('ExposedHeaders')),
      ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
    };
  });
};

const lambdaNotifications = (configuration: unknown): BucketNotification[] => {
  const list = isRecord(configuration) ? configuration['LambdaConfigurations'] : undefined;
  return (Array.isArray(list) ? list : []).filter(isRecord).map((item) => {
    const filter = isRecord(item['Filter']) ? item['Filter']['S3Key'] : undefined;
    const rules = isRecord(filter) && Array.isArray(filter['Rules']) ? filter['Rules'].filter(isRecord) : [];
    const rule = (name: string): string =>
      String(rules.find((entry) => String(entry['Name']).toLowerCase() === name)?.['Value'] ?? '');
    return {
      functionArn: String(item['Function']),
      event: String(item['Event']),
      prefix: rule('prefix'),
      suffix: rule('suffix'),
    };
  });
};

/** Every AWS::S3::Bucket, and the buckets declared under `provider.s3`. Lifecycle rules are ignored. */
export const readBuckets = (
  context: TemplateContext,
  resolve: Resolve,
  providerS3: unknown,
): BucketSpec[] => [
  ...ofType(context, resolve, 'AWS::S3::Bucket').map(({ id, properties }) => ({
    logicalId: id,
    name: physicalName(context, id, resolve),
    cors: corsRules(properties['CorsConfiguration']),
    notifications: lambdaNotifications(properties['NotificationConfiguration']),
  })),
  ...Object.entries(isRecord(providerS3) ? providerS3 : {}).map(([key, value]) => {
    const definition = resolve(value, `provider.s3.${key}`);
    const properties = isRecord(definition) ? definition : {};
    return {
      logicalId: key,
      name: String(properties['name'] ?? key),
      cors: corsRules(properties['corsConfiguration']),
      notifications: [],
    };
  }),
];
