import { makeQueue, makeSqsCall } from '../shared/adapters/sqs/queue.ts';
import { accessOf } from './redrive-access.ts';
import { LOCAL_STAGE } from './stacks-serverless.ts';
import type { RunningStack } from './start-lock.ts';

/** How long a dead message is hidden while it is moved, in seconds. */
const HIDDEN_SECONDS = 30;

/** Moves the messages of a dead-letter queue with `put`: only what was put is removed. Returns how many. */
const drain = async (
  env: RunningStack['env'],
  name: string,
  put: (body: string) => Promise<Error | undefined>,
): Promise<number> => {
  const sqs = makeSqsCall(accessOf(env, 'SQS'));
  const urlOf = async (queue: string): Promise<string> =>
    String((await sqs('GetQueueUrl', { QueueName: `duet-${LOCAL_STAGE}-${queue}` }))['QueueUrl']);
  const dead = makeQueue({ sqs, url: await urlOf(`${name}-dlq`) });
  let moved = 0;
  for (
    let batch = await dead.receive(HIDDEN_SECONDS);
    batch.length > 0;
    batch = await dead.receive(HIDDEN_SECONDS)
  ) {
    for (const { body, handle } of batch) {
      const error = await put(body);
      if (error) throw error;
      // Killed in between, the message is in both: its consumer drops the second.
      await dead.remove(handle);
      moved += 1;
    }
  }
  return moved;
};

/** Sends the messages of a consumer's dead-letter queue to the queue that it consumes. Returns how many there were. */
export const redriveQueue = async (name: string, env: RunningStack['env']): Promise<number> => {
  const sqs = makeSqsCall(accessOf(env, 'SQS'));
  const reply = await sqs('GetQueueUrl', { QueueName: `duet-${LOCAL_STAGE}-${name}` });
  const live = makeQueue({ sqs, url: String(reply['QueueUrl']) });
  return drain(env, name, async (body) => (await live.send([body]))[0]);
};

/**
 * Invokes the resize function again for every photo whose resizing failed for good: the dead-letter queue holds Lambda's
 * records, with the event in `requestPayload`. Returns how many there were.
 */
export const redriveResizes = (env: RunningStack['env']): Promise<number> =>
  drain(env, 'resize-image', async (body) => {
    const url = `${env['INVOKE_URL']}/2015-03-31/functions/duet-${LOCAL_STAGE}-resizeImage/invocations`;
    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
      body: JSON.stringify(JSON.parse(body).requestPayload),
      signal: AbortSignal.timeout(10_000),
    });
    return reply.status === 202 ? undefined : new Error(`The invocation was answered ${reply.status}.`);
  });
