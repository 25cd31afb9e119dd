/** The cloud's services on one machine, in one process, configured by a serverless.yml and nothing else. */
import { join } from 'node:path';
import { type AsyncInvokes, makeAsyncInvokes } from './async-invokes.ts';
import { makeCallers, type RoleUse } from './callers.ts';
import { cloudEnv } from './cloud-env.ts';
import { type QueueCounts, startControl } from './control.ts';
import { type Credentials, loadCredentials } from './credentials.ts';
import { lockDataDir } from './data-lock.ts';
import { startDynamoDb } from './dynamodb.ts';
import { startEventSource } from './event-sources.ts';
import { openFauxqs } from './fauxqs.ts';
import type { ListenOptions } from './http.ts';
import { makeInvoker } from './invoke.ts';
import { type Log, stderrLog } from './log.ts';
import { startS3 } from './s3.ts';
import { objectCreatedEvent, subscribers } from './s3-events.ts';
import { startSchedules } from './schedules.ts';
import { startSqs } from './sqs.ts';
import { loadTemplate, type Template } from './template.ts';

/** Ports on 127.0.0.1; 0 takes a free one. */
export type CloudPorts = {
  readonly dynamodb: number;
  readonly sqs: number;
  readonly s3: number;
  readonly control: number;
};

/** Where the project's local cloud listens unless told otherwise. */
export const DEFAULT_CLOUD_PORTS: CloudPorts = { dynamodb: 4010, sqs: 4011, s3: 4012, control: 4013 };

/**
 * How to start. `template` is the path of a serverless.yml; `dataDir` holds everything that is kept (it is made if
 * missing, and one process at a time may use it). `invokeUrl` is the Invoke API that triggers call; with `triggers`
 * false nothing is called: no queue is consumed, no schedule runs, ObjectCreated events wait. `httpApiPort` goes into
 * `Template.httpApiUrl`. `retryDelaysMs` are the pauses before retries of asynchronous calls (1 and 2 minutes, as on
 * AWS). `ttlIntervalMs` is the pause between two sweeps of expired items (30 s). `env` is what `${env:NAME}` reads.
 */
export type CloudOptions = {
  readonly template: string;
  readonly stage: string;
  readonly dataDir: string;
  readonly ports?: Partial<CloudPorts>;
  readonly httpApiPort?: number;
  readonly invokeUrl?: string;
  readonly triggers?: boolean;
  readonly log?: Log;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly retryDelaysMs?: readonly number[];
  readonly ttlIntervalMs?: number;
};

/** The running cloud. `env` is what a process needs to reach it: region, credentials and the three endpoints. */
export type Cloud = {
  readonly template: Template;
  readonly ports: CloudPorts;
  readonly credentials: Credentials;
  readonly env: Readonly<Record<string, string>>;
  readonly queues: () => readonly QueueCounts[];
  /** Asynchronous invocations (ObjectCreated) that have not ended. */
  readonly pendingInvocations: () => number;
  /** What each function did in its role since the start, and what it was refused. */
  readonly roles: () => readonly RoleUse[];
  /** Calls the scheduled function of this key now. */
  readonly fireSchedule: (key: string) => void;
  /** Deletes expired items now and gives their number; `now` in milliseconds. */
  readonly sweepExpired: (now?: number) => Promise<number>;
  /** Stops everything and closes every port. */
  readonly close: () => Promise<void>;
};

/** Starts the cloud; when it resolves, everything answers. Whatever fails is named, and nothing is left open. */
export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const log = options.log ?? stderrLog;
  const triggers = options.triggers ?? true;
  const cleanups: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  const load = (sqsPort: number): Template =>
    loadTemplate({
      file: options.template,
      stage: options.stage,
      ports: { sqs: sqsPort, httpApi: options.httpApiPort ?? 4000 },
      env: options.env ?? {},
    });
  const wanted = { ...DEFAULT_CLOUD_PORTS, ...options.ports };
  const at = (service: keyof CloudPorts, what: string): ListenOptions => ({
    port: wanted[service],
    what,
    option: `--${service}-port`,
  });

  try {
    const template = load(wanted.sqs);
    cleanups.push(lockDataDir(options.dataDir));
    const credentials = loadCredentials(options.dataDir);
    const callers = makeCallers(template, credentials, log);
    const { dataDir } = options;
    const fauxqs = await openFauxqs(join(dataDir, 'fauxqs'), template.region);
    cleanups.push(fauxqs.close);

    const dynamodb = await startDynamoDb({
      dataDir,
      template,
      callers,
      listen: at('dynamodb', 'DynamoDB'),
      log,
      ttlIntervalMs: options.ttlIntervalMs ?? 30_000,
    });
    cleanups.push(dynamodb.close);
    const sqs = await startSqs({ fauxqs, template, callers, listen: at('sqs', 'SQS'), log });
    cleanups.push(sqs.close);

    const invoker = makeInvoker(options.invokeUrl ?? 'http://127.0.0.1:4002');
    const { functions, region } = template;
    const retryDelaysMs = options.retryDelaysMs ?? [60_000, 120_000];
    const asynchronous: AsyncInvokes = makeAsyncInvokes({ fauxqs, functions, invoker, log, retryDelaysMs });
    const s3 = await startS3({
      fauxqs,
      template,
      callers,
      listen: at('s3', 'S3'),
      log,
      created: (object) => {
        for (const fn of subscribers(template, object)) {
          asynchronous.enqueue(fn, JSON.stringify(objectCreatedEvent(template, object, fn.key)));
        }
      },
    });
    cleanups.push(s3.close);

    let schedules: ReturnType<typeof startSchedules> | undefined;
    if (triggers) {
      schedules = startSchedules({ template, invoker, asynchronous, log });
      const sources = functions.flatMap((fn) =>
        fn.sqs
          .filter((event) => event.enabled)
          .map((event) => startEventSource({ fauxqs, sqs, invoker, log, region, fn, event })),
      );
      asynchronous.start();
      void invoker.reachable();
      cleanups.push(async () => {
        schedules?.close();
        const ending = [asynchronous.close(), ...sources.map((source) => source.close())];
        invoker.close();
        await Promise.all(ending);
      });
    }

    const queues = (): QueueCounts[] =>
      [...fauxqs.queues.queues.values()].map((queue) => ({
        name: queue.name,
        visible: queue.messages.length,
        inFlight: queue.inflightMessages.size,
        delayed: queue.delayedMessages.length,
      }));
    const fireSchedule = (key: string): void => {
      if (!schedules) throw new Error('The cloud was started without triggers');
      schedules.fire(key);
    };
    let ready = false;
    const ports = { dynamodb: dynamodb.port, sqs: sqs.port, s3: s3.port, control: 0 };
    const control = await startControl(
      {
        ready: () => ready,
        ports: () => ports,
        queues,
        pendingInvocations: asynchronous.pending,
        roles: callers.uses,
        fireSchedule,
        invokeLater: (name, payload, id) => {
          const fn = functions.find((candidate) => candidate.name === name);
          if (fn) asynchronous.enqueue(fn, payload, id);
          return fn !== undefined;
        },
        sweep: () => dynamodb.sweep(),
        contend: dynamodb.contend,
      },
      at('control', 'control'),
    );
    cleanups.push(control.close);
    ports.control = control.port;
    ready = true;
    return {
      template: load(sqs.port),
      ports,
      credentials,
      env: cloudEnv(region, credentials, ports),
      queues,
      pendingInvocations: asynchronous.pending,
      roles: callers.uses,
      fireSchedule,
      sweepExpired: dynamodb.sweep,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
