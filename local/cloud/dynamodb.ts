/** DynamoDB's HTTP API (JSON 1.0) in front of the engine, in the same process. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Callers } from './callers.ts';
import { type Body, isApiError } from './dynalite.ts';
import { type DynamoDbEngine, openDynamoDb } from './dynamodb-engine.ts';
import { accessDenied, conflict, refusal, signatureError } from './dynamodb-errors.ts';
import { dynamoDbNeeds } from './dynamodb-needs.ts';
import { answer, type ListenOptions, listen, readBody } from './http.ts';
import type { Log } from './log.ts';
import { makeSignatureCheck, sha256 } from './sigv4.ts';
import type { Template } from './template.ts';
import type { TableSpec } from './template-resources.ts';

/**
 * The running service. `sweep` deletes expired items at once and gives their number. `contend` makes every
 * TransactWriteItems whose request holds the text conflict with another transaction, as on AWS when one keeps hold of
 * an item, until it is told to stop: here transactions queue, so that they never conflict by themselves.
 */
export type DynamoDb = {
  readonly port: number;
  readonly contend: (text: string, on: boolean) => void;
  readonly sweep: (now?: number) => Promise<number>;
  readonly close: () => Promise<void>;
};

/** What the service needs; `ttlIntervalMs` is the pause between two sweeps of expired items (AWS promises days). */
export type DynamoDbOptions = {
  readonly dataDir: string;
  readonly template: Template;
  readonly callers: Callers;
  readonly listen: ListenOptions;
  readonly log: Log;
  readonly ttlIntervalMs: number;
};

/** A request may have 16 MB. */
const MAX_BODY = 16 * 1024 * 1024;
const TARGET = /^DynamoDB_20120810\.([A-Za-z]+)$/;

/** Opens the store, makes the tables of the template and serves. */
export const startDynamoDb = async (options: DynamoDbOptions): Promise<DynamoDb> => {
  const { template, log } = options;
  const engine = await openDynamoDb({
    path: join(options.dataDir, 'dynamodb'),
    region: template.region,
    accountId: template.accountId,
  });
  const contended = new Set<string>();
  const check = makeSignatureCheck(options.callers, { service: 'dynamodb', region: template.region });
  const tables = `arn:aws:dynamodb:${template.region}:${template.accountId}:table`;

  const respond = async (request: IncomingMessage): Promise<Body> => {
    const body = await readBody(request, MAX_BODY);
    if (!body) throw refusal('RequestEntityTooLargeException', 'The request is longer than 16 MB', 413);
    const { method = 'GET', url = '/', headers } = request;
    const { caller, refusal: refused } = check.headers({ method, url, headers, bodyHash: sha256(body) });
    if (refused) throw signatureError(refused);
    const operation = TARGET.exec(String(headers['x-amz-target'] ?? ''))?.[1];
    if (!operation) throw refusal('UnknownOperationException', 'X-Amz-Target names no operation');
    const input = parse(body);
    const denied = caller.refused(dynamoDbNeeds(operation, input, tables));
    if (denied) throw accessDenied(caller, denied);
    const isContended =
      operation === 'TransactWriteItems' && [...contended].some((text) => body.includes(text));
    if (isContended) throw conflict(input);
    return engine.execute(operation, input);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, body: Body): void => {
      const text = JSON.stringify(body);
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amzn-requestid': randomUUID(),
        'x-amz-crc32': crc32(text),
      };
      if (!response.destroyed) answer(response, status, text, headers);
    };
    try {
      send(200, await respond(request));
    } catch (error) {
      if (isApiError(error)) return send(error.statusCode, error.body);
      if (request.destroyed && !request.complete) return;
      log.error('DynamoDB failed', error);
      send(500, {
        __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
        message: 'Internal server error',
      });
    }
  };

  try {
    for (const table of template.tables) await ensureTable(engine, table, template);
    const server = await listen((request, response) => void serve(request, response), options.listen);
    const sweep = (now?: number): Promise<number> => engine.sweep(now);
    const timer = setInterval(() => {
      sweep().catch((error: unknown) => log.error('Deleting expired items failed', error));
    }, options.ttlIntervalMs);
    const close = async (): Promise<void> => {
      clearInterval(timer);
      await server.close();
      await engine.close();
    };
    const contend = (text: string, on: boolean): void =>
      void (on ? contended.add(text) : contended.delete(text));
    return { port: server.port, contend, sweep, close };
  } catch (error) {
    await engine.close();
    throw error;
  }
};

const parse = (body: Buffer): Body => {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // the same answer as for JSON of another kind
  }
  throw refusal('SerializationException', 'The body is not a JSON object');
};

const keysOf = (description: Body): string => {
  const indexes = (description['GlobalSecondaryIndexes'] ?? []) as Body[];
  const plain = [
    description['KeySchema'],
    indexes.map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection })),
  ];
  return JSON.stringify(plain, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
};

/** Makes a table, or checks that the one on disk has the keys that the template wants; sets its expiry. */
const ensureTable = async (engine: DynamoDbEngine, table: TableSpec, template: Template): Promise<void> => {
  const TableName = table.name;
  const describe = async (): Promise<Body | undefined> => {
    try {
      return (await engine.execute('DescribeTable', { TableName }))['Table'] as Body;
    } catch (error) {
      if (isApiError(error)) return undefined;
      throw error;
    }
  };
  const existing = await describe();
  if (!existing) await engine.execute('CreateTable', table.createTable);
  else if (keysOf(existing) !== keysOf(table.createTable)) {
    throw new Error(
      `Table ${TableName} on disk has other keys or indexes than ${template.service}'s template: remove the local data and start again`,
    );
  }
  const deadline = Date.now() + 10_000;
  while ((await describe())?.['TableStatus'] !== 'ACTIVE') {
    if (Date.now() > deadline) throw new Error(`Table ${TableName} did not become active`);
  }
  const current = (await engine.execute('DescribeTimeToLive', { TableName }))[
    'TimeToLiveDescription'
  ] as Body;
  const attribute = current['AttributeName'];
  if (attribute === table.ttlAttribute) return;
  const set = (AttributeName: unknown, Enabled: boolean): Promise<Body> =>
    engine.execute('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { AttributeName, Enabled } });
  if (attribute !== undefined) await set(attribute, false);
  if (table.ttlAttribute !== undefined) await set(table.ttlAttribute, true);
};
