/** Functions of the template and what triggers them. */
import {
  functionArn,
  functionName,
  isRecord,
  type Resolve,
  type TemplateContext,
} from './template-intrinsics.ts';
import type { BucketSpec, QueueSpec } from './template-resources.ts';
import { type RoleDefaults, type RoleSpec, readRole } from './template-roles.ts';
import { readSqsEvent, type SqsEvent } from './template-sqs-events.ts';

/** A route of the HTTP API; `*` and `$default` have method `*` and path `*`. */
type HttpApiEvent = { readonly method: string; readonly path: string };

/** A bucket that calls a function; `event` such as `s3:ObjectCreated:*`. */
type S3Event = {
  readonly bucket: string;
  readonly event: string;
  readonly prefix: string;
  readonly suffix: string;
};

/** A schedule: `rate(...)` or `cron(...)`, and the input that replaces the event, if one is given. */
export type ScheduleEvent = {
  readonly expression: string;
  readonly enabled: boolean;
  readonly input?: unknown;
};

/**
 * One function. `key` is its key in the file; `name` the one to invoke it by (`service-stage-key`); `timeout` in
 * seconds and `memorySize` in MB with the framework's defaults 6 and 1024; `environment` holds final strings.
 * `retries`, `maximumAge` (seconds) and `onFailure` (ARN) are of asynchronous invocations.
 */
export type FunctionSpec = {
  readonly key: string;
  readonly name: string;
  readonly arn: string;
  readonly handler: string;
  readonly timeout: number;
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: RoleSpec;
  readonly reservedConcurrency?: number;
  readonly logFormat?: 'Text' | 'JSON';
  readonly retries: number;
  readonly maximumAge: number;
  readonly onFailure?: string;
  readonly httpApi: readonly HttpApiEvent[];
  readonly sqs: readonly SqsEvent[];
  readonly s3: readonly S3Event[];
  readonly schedules: readonly ScheduleEvent[];
};

/** Provider settings that functions inherit. */
export type ProviderDefaults = {
  readonly environment: unknown;
  readonly timeout: unknown;
  readonly memorySize: unknown;
  readonly logs: unknown;
  readonly role: RoleDefaults;
};

/** Every function of the file. */
export const readFunctions = (
  context: TemplateContext,
  resolve: Resolve,
  provider: ProviderDefaults,
  queues: readonly QueueSpec[],
  buckets: readonly BucketSpec[],
): FunctionSpec[] =>
  Object.entries(context.functions).map(([key, value]) => {
    const where = `functions.${key}`;
    const definition = isRecord(value) ? value : {};
    const name = functionName(context, key);
    const arn = functionArn(context, name);
    const read = (property: string): unknown => resolve(definition[property], `${where}.${property}`);
    const events = (Array.isArray(definition['events']) ? definition['events'] : []).filter(isRecord);
    const of = (kind: string): { value: unknown; where: string }[] =>
      events.flatMap((event, i) => {
        const place = `${where}.events[${i}].${kind}`;
        return kind in event
          ? [{ value: resolve(event[kind], place), where: `${context.file}: ${place}` }]
          : [];
      });
    const reserved = read('reservedConcurrency');
    const onFailure = failureTarget(read('destinations')) ?? failureArn(read('onError'));
    const timeout = Number(read('timeout') ?? provider.timeout ?? 6);
    const logFormat =
      logFormatOf(read('logs')) ?? logFormatOf(isRecord(provider.logs) ? provider.logs['lambda'] : undefined);
    return {
      key,
      name,
      arn,
      handler: String(definition['handler'] ?? ''),
      timeout,
      memorySize: Number(read('memorySize') ?? provider.memorySize ?? 1024),
      environment: {
        ...environment(resolve(provider.environment, 'provider.environment')),
        ...environment(read('environment')),
      },
      role: readRole(context, resolve, provider.role, { key, definition, onFailure }),
      ...(reserved === undefined ? {} : { reservedConcurrency: Number(reserved) }),
      ...(logFormat === undefined ? {} : { logFormat }),
      retries: Number(read('maximumRetryAttempts') ?? 2),
      maximumAge: Number(read('maximumEventAge') ?? 6 * 3600),
      ...(onFailure === undefined ? {} : { onFailure }),
      httpApi: of('httpApi').map((event) => httpApiEvent(event.value)),
      sqs: of('sqs').map((event) => readSqsEvent(event.value, event.where, queues, timeout)),
      s3: [
        ...of('s3').map((event) => s3Event(event.value, buckets)),
        ...buckets.flatMap((bucket) =>
          bucket.notifications
            .filter((notification) => notification.functionArn === arn)
            .map(({ event, prefix, suffix }) => ({ bucket: bucket.name, event, prefix, suffix })),
        ),
      ],
      schedules: [...of('schedule'), ...of('eventBridge')].flatMap((event) => scheduleEvents(event.value)),
    };
  });

/** Lambda takes strings only; a value that CloudFormation drops (AWS::NoValue) is already gone. */
const environment = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).map(([name, item]) => [
      name,
      item === null ? '' : String(item),
    ]),
  );

const logFormatOf = (logs: unknown): 'Text' | 'JSON' | undefined => {
  const format = isRecord(logs) ? logs['logFormat'] : undefined;
  return format === 'Text' || format === 'JSON' ? format : undefined;
};

const failureTarget = (destinations: unknown): string | undefined =>
  isRecord(destinations) ? failureArn(destinations['onFailure']) : undefined;

const failureArn = (target: unknown): string | undefined =>
  isRecord(target) ? failureArn(target['arn']) : target === undefined ? undefined : String(target);

const httpApiEvent = (value: unknown): HttpApiEvent => {
  if (isRecord(value)) {
    return { method: String(value['method'] ?? '*').toUpperCase(), path: String(value['path'] ?? '*') };
  }
  const [method = '*', path] = String(value).trim().split(/\s+/);
  return path === undefined ? { method: '*', path: '*' } : { method: method.toUpperCase(), path };
};

const s3Event = (value: unknown, buckets: readonly BucketSpec[]): S3Event => {
  const event = isRecord(value) ? value : { bucket: value };
  const named = String(event['bucket']);
  const rules = (Array.isArray(event['rules']) ? event['rules'] : []).filter(isRecord);
  const rule = (name: string): string => String(rules.find((entry) => name in entry)?.[name] ?? '');
  return {
    bucket: buckets.find((bucket) => bucket.logicalId === named)?.name ?? named,
    event: String(event['event'] ?? 's3:ObjectCreated:*'),
    prefix: rule('prefix'),
    suffix: rule('suffix'),
  };
};

const scheduleEvents = (value: unknown): ScheduleEvent[] => {
  const event = isRecord(value) ? value : { rate: value };
  const expressions = event['rate'] ?? event['schedule'];
  if (expressions === undefined) return [];
  return (Array.isArray(expressions) ? expressions : [expressions]).map((expression) => ({
    expression: String(expression),
    enabled: event['enabled'] !== false,
    ...(event['input'] === undefined ? {} : { input: event['input'] }),
  }));
};
