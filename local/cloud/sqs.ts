/** SQS's HTTP API (JSON 1.0) on the template's queues. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Callers, Need } from './callers.ts';
import type { Fauxqs } from './fauxqs.ts';
import type { StoredQueue } from './fauxqs-types.ts';
import { answer, type ListenOptions, listen, readBody } from './http.ts';
import type { Log } from './log.ts';
import { makeSignatureCheck, type Refusal, sha256 } from './sigv4.ts';
import { sqsNeeds } from './sqs-needs.ts';
import type { Template } from './template.ts';
import type { QueueSpec } from './template-resources.ts';

/** The running service. */
export type Sqs = {
  readonly port: number;
  /** Calls back, once a turn of the event loop, when the queue may have messages to receive. */
  readonly onMessages: (queueName: string, wake: () => void) => void;
  readonly close: () => Promise<void>;
};

/** What the service needs. */
export type SqsOptions = {
  readonly fauxqs: Fauxqs;
  readonly template: Template;
  readonly callers: Callers;
  readonly listen: ListenOptions;
  readonly log: Log;
};

const MAX_BODY = 4 * 1024 * 1024;
/** How often expired visibility and elapsed delays are looked for. */
const TIMERS_MS = 100;
const RETENTION_MS = 60_000;

/** Serves, and makes the queues of the template (their URLs contain the port). */
export const startSqs = async (options: SqsOptions): Promise<Sqs> => {
  const { fauxqs, template, log } = options;
  const check = makeSignatureCheck(options.callers, { service: 'sqs', region: template.region });
  const queues = `arn:aws:sqs:${template.region}:${template.accountId}`;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let status = 200;
    const headers: Record<string, string> = { 'content-type': 'application/x-amz-json-1.0' };
    const send = (body: unknown): void => {
      if (!response.destroyed) answer(response, status, JSON.stringify(body ?? {}), headers);
    };
    const refuse = (code: string, message: string, statusCode: number): void => {
      status = statusCode;
      headers['x-amzn-query-error'] = `AWS.SimpleQueueService.${code};Sender`;
      send({ __type: `com.amazonaws.sqs#${code}`, message });
    };
    const deny = (caller: Caller, need: Need): void => {
      status = 403;
      headers['x-amzn-query-error'] = 'AccessDenied;Sender';
      // SQS writes actions in lower case.
      const message = caller.message({ ...need, action: need.action.toLowerCase() });
      send({ __type: 'com.amazon.coral.service#AccessDeniedException', message });
    };
    try {
      const body = await readBody(request, MAX_BODY);
      if (!body) return refuse('RequestEntityTooLarge', 'The request is too long', 413);
      const { method = 'GET', url = '/' } = request;
      const { headers: sent } = request;
      const { caller, refusal } = check.headers({ method, url, headers: sent, bodyHash: sha256(body) });
      if (refusal) return refuse(...signatureError(refusal));
      const input = parse(body);
      const denied = caller.refused(sqsNeeds(actionOf(sent), input, queues));
      if (denied) return deny(caller, denied);
      const reply = {
        status: (code: number) => {
          status = code;
        },
        header: (name: string, value: string) => {
          headers[name] = value;
        },
      };
      send(await fauxqs.router.handle({ headers: sent, body: input }, reply));
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      if (error instanceof SyntaxError) return refuse('InvalidRequest', 'The body is not JSON', 400);
      log.error('SQS failed', error);
      refuse('InternalFailure', 'Internal failure', 500);
    }
  };

  const server = await listen((request, response) => void serve(request, response), options.listen);
  for (const queue of template.queues) ensureQueue(fauxqs, queue, server.port);
  for (const queue of fauxqs.queues.queues.values()) makeAtomic(fauxqs, queue);

  const all = (): StoredQueue[] => [...fauxqs.queues.queues.values()];
  const timers = setInterval(() => {
    for (const queue of all()) {
      if (queue.inflightMessages.size > 0 || queue.delayedMessages.length > 0) queue.processTimers();
    }
  }, TIMERS_MS);
  const retention = setInterval(() => all().forEach((queue) => void dropOld(fauxqs, queue)), RETENTION_MS);

  return {
    port: server.port,
    onMessages: (name, wake) => {
      const queue = fauxqs.queues.getQueueByName(name);
      if (!queue) throw new Error(`No queue ${name}`);
      const notify = queue.notifyWaiters.bind(queue);
      let due = false;
      queue.notifyWaiters = () => {
        notify();
        if (due) return;
        due = true;
        // Not at once: a SendMessageBatch puts its messages into the queue one by one.
        setImmediate(() => {
          due = false;
          wake();
        });
      };
      wake();
    },
    close: async () => {
      clearInterval(timers);
      clearInterval(retention);
      fauxqs.queues.shutdown();
      await server.close();
    },
  };
};

const actionOf = (headers: IncomingMessage['headers']): string =>
  String(headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');

const parse = (body: Buffer): unknown => JSON.parse(body.toString() || '{}');

const signatureError = ({ reason, message }: Refusal): [code: string, message: string, status: number] => {
  if (reason === 'missing') return ['MissingAuthenticationToken', message, 403];
  if (reason === 'malformed') return ['IncompleteSignature', message, 400];
  if (reason === 'unknown-key') return ['InvalidClientTokenId', message, 403];
  return ['SignatureDoesNotMatch', message, 403];
};

/** Makes a queue, or gives the one on disk the attributes of the template; its messages stay. */
const ensureQueue = ({ queues }: Fauxqs, spec: QueueSpec, port: number): void => {
  const url = `http://127.0.0.1:${port}${new URL(spec.url).pathname}`;
  const attributes = {
    VisibilityTimeout: String(spec.visibilityTimeout),
    MessageRetentionPeriod: String(spec.retention),
    DelaySeconds: String(spec.delay),
    RedrivePolicy: spec.redrive
      ? JSON.stringify({
          deadLetterTargetArn: spec.redrive.deadLetterArn,
          maxReceiveCount: spec.redrive.maxReceiveCount,
        })
      : '',
  };
  const queue = queues.getQueueByName(spec.name) ?? queues.createQueue(spec.name, url, spec.arn, {});
  // URL and ARN contain port and region, which may have changed since the queue was made.
  queues.queues.delete(queue.url);
  queues.queuesByArn.delete(queue.arn);
  Object.assign(queue, { url, arn: spec.arn });
  queues.queues.set(url, queue);
  queues.queuesByArn.set(spec.arn, queue);
  queue.setAttributes(attributes);
};

/** A receive is one transaction: without it, a kill while a message moves to its dead-letter queue would lose it. */
const makeAtomic = (fauxqs: Fauxqs, queue: StoredQueue): void => {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...request) => {
    queue.processTimers();
    return queue.messages.length === 0 ? [] : fauxqs.transaction(() => dequeue(...request));
  };
};

const dropOld = (fauxqs: Fauxqs, queue: StoredQueue): void => {
  const oldest = Date.now() - Number(queue.attributes['MessageRetentionPeriod']) * 1000;
  if (!queue.messages.some((message) => message.sentTimestamp < oldest)) return;
  fauxqs.transaction(() => {
    for (const { messageId, sentTimestamp } of queue.messages) {
      if (sentTimestamp < oldest) queue.persistence.deleteMessage(messageId);
    }
  });
  queue.messages = queue.messages.filter((message) => message.sentTimestamp >= oldest);
};
