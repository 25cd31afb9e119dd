import { makeEventBus } from '@duet/shared/adapters/sqs/event-bus.ts';
import { makeQueue, makeSqsCall, type SqsCall } from '@duet/shared/adapters/sqs/queue.ts';
import { newUuid } from '@duet/shared/adapters/system/system.ts';
import { type DomainEvent, envelopeOf } from '@duet/shared/events/event.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedEvent, NOW, placedEvent } from './fixtures.ts';
import { startTestCloud, type TestCloud } from './local-cloud.ts';

describe('EventBus over sqs', () => {
  let cloud: TestCloud;
  let sqs: SqsCall;
  beforeAll(async () => {
    cloud = await startTestCloud();
    sqs = makeSqsCall(cloud.access('SQS'));
  });
  afterAll(() => cloud.close());

  const urlOf = (name: string): string => {
    const queue = cloud.template.queues.find((candidate) => candidate.name.endsWith(`-${name}`));
    if (!queue) throw new Error(`serverless.yml has no queue ${name}`);
    return queue.url;
  };
  const drain = async (name: string): Promise<DomainEvent[]> => {
    const queue = makeQueue({ sqs, url: urlOf(name) });
    const events: DomainEvent[] = [];
    for (;;) {
      const messages = await queue.receive(30);
      if (messages.length === 0) return events;
      for (const { body, handle } of messages) {
        events.push(JSON.parse(body) as DomainEvent);
        await queue.remove(handle);
      }
    }
  };
  const idsOf = (events: readonly DomainEvent[]): string[] => events.map(({ id }) => id).sort();
  const rejectedEvent = (): DomainEvent => ({
    ...envelopeOf('inventory', newUuid(), newUuid(), NOW),
    type: 'stock-rejected',
    data: { reason: 'out-of-stock' },
  });

  it('When events of several types are sent, then each is in the queue of its type, as it was', async () => {
    const bus = makeEventBus({
      sqs,
      queueUrls: { 'order-placed': urlOf('reserve-stock'), 'order-closed': urlOf('release-stock') },
    });
    const placed = Array.from({ length: 23 }, () => placedEvent());
    const closed = [closedEvent(), closedEvent()];
    const results = await bus.send([...closed.slice(0, 1), ...placed, ...closed.slice(1)]);
    expect(results).toEqual(Array(25).fill(undefined));
    const reserve = await drain('reserve-stock');
    expect(idsOf(reserve)).toEqual(idsOf(placed));
    expect(reserve.find(({ id }) => id === placed[0]?.id)).toEqual(placed[0]);
    expect(idsOf(await drain('release-stock'))).toEqual(idsOf(closed));
  });

  it('When two types share a queue, then both are in it', async () => {
    const url = urlOf('settle-order');
    const bus = makeEventBus({ sqs, queueUrls: { 'stock-reserved': url, 'stock-rejected': url } });
    const reserved: DomainEvent = {
      ...envelopeOf('inventory', newUuid(), newUuid(), NOW),
      type: 'stock-reserved',
      data: { lines: [{ productId: newUuid(), quantity: 1, unitPriceCents: 1 }] },
    };
    const rejected = rejectedEvent();
    await bus.send([reserved, rejected]);
    expect(idsOf(await drain('settle-order'))).toEqual(idsOf([reserved, rejected]));
  });

  it('When one queue does not exist, then only its events have failed', async () => {
    const gone = `${urlOf('release-stock')}-gone`;
    const bus = makeEventBus({
      sqs,
      queueUrls: { 'order-placed': urlOf('reserve-stock'), 'order-closed': gone },
    });
    const [closed, placed] = await bus.send([closedEvent(), placedEvent()]);
    expect(closed?.message).toContain('QueueDoesNotExist');
    expect(placed).toBeUndefined();
    expect(await drain('reserve-stock')).toHaveLength(1);
  });

  it('When nothing is sent, then nothing happens', async () => {
    expect(await makeEventBus({ sqs, queueUrls: {} }).send([])).toEqual([]);
  });

  it('When a message is moved from a dead-letter queue, then it is in the other one', async () => {
    const dead = makeQueue({ sqs, url: urlOf('settle-order-dlq') });
    await dead.send(['{"a":1}']);
    const [message] = await dead.receive(30);
    await makeQueue({ sqs, url: urlOf('settle-order') }).send([message?.body ?? '']);
    await dead.remove(message?.handle ?? '');
    expect(await dead.receive(0)).toEqual([]);
    expect(await drain('settle-order')).toEqual([{ a: 1 }]);
  });
});
