import { envelopeOf } from '@duet/shared/events/event.ts';
import { makeReceiveEvent } from '@duet/shared/events/receive-event.ts';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { idOf } from '../support/world.ts';

const closed = { ...envelopeOf('orders', idOf(1), idOf(2), 0), type: 'order-closed', data: {} };

const makeReceiver = () => {
  const received: string[] = [];
  const receive = makeReceiveEvent({
    'order-closed': async ({ id }) => {
      received.push(id);
    },
  });
  return { received, receive };
};

describe('receive-event', () => {
  it('When an event is of a type that is consumed, then its use case gets it', async () => {
    const { receive, received } = makeReceiver();
    await receive(closed);
    expect(received).toEqual([closed.id]);
  });

  it('When an event is of a type that nobody here consumes, then it is acknowledged', async () => {
    const { receive, received } = makeReceiver();
    await receive({ ...closed, type: 'stock-rejected', data: { reason: 'out-of-stock' } });
    expect(received).toEqual([]);
  });

  it('When a sender has added a property, then the event is understood all the same', async () => {
    const { receive, received } = makeReceiver();
    await receive({ ...closed, traceparent: '00-0-0-00' });
    expect(received).toEqual([closed.id]);
  });

  it.each([
    ['another specversion', { ...closed, specversion: '0.3' }],
    ['an unknown type', { ...closed, type: 'order-shipped' }],
    ['no id', { ...closed, id: undefined }],
    ['a subject that is no UUID', { ...closed, subject: 'order-1' }],
    ['no data', { ...closed, data: undefined }],
    ['lines without units', { ...closed, type: 'order-placed', data: { lines: [] } }],
    ['no event at all', 'hello'],
    ['null', null],
  ])('When a message has %s, then it is refused', async (_, message) => {
    expect(await codeOfPromise(makeReceiver().receive(message))).toBe('validation');
  });
});
