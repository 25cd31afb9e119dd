import { describe, expect, it } from 'vitest';
import { failedMessages } from '../../local/cloud/sqs-batch.ts';

const batch = ['one', 'two'].map((messageId) => ({
  receipt: { MessageId: messageId, ReceiptHandle: `handle of ${messageId}` },
  message: {
    messageId,
    body: '{}',
    md5OfBody: '',
    messageAttributes: {},
    sentTimestamp: 0,
    approximateReceiveCount: 1,
  },
}));
const failures = (...itemIdentifiers: unknown[]) =>
  JSON.stringify({ batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) });

describe('Answer of a function that reports batch item failures', () => {
  it.each([
    ['', []],
    ['null', []],
    ['{}', []],
    ['{"batchItemFailures":[]}', []],
    ['{"batchItemFailures":null}', []],
    ['"fine"', []],
    [failures('two'), ['two']],
    [failures('one', 'two'), ['one', 'two']],
    [failures('one', 'one'), ['one']],
  ])('When it is %s, then %j failed', (payload, failed) => {
    expect(failedMessages(payload, batch)).toEqual(new Set(failed));
  });

  it.each([
    'not JSON',
    failures('three'),
    failures('one', 'three'),
    failures(''),
    failures(null),
    '{"batchItemFailures":[{"id":"one"}]}',
    '{"batchItemFailures":["one"]}',
    '{"batchItemFailures":"one"}',
  ])('When it is %s, then the whole batch failed', (payload) => {
    expect(failedMessages(payload, batch)).toBe('all');
  });
});
