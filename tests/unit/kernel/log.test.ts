import { makeJsonLog } from '@duet/shared/kernel/log.ts';
import { describe, expect, it } from 'vitest';

const logged = (fields: Record<string, unknown>): Record<string, unknown> => {
  const lines: string[] = [];
  makeJsonLog((line) => lines.push(line), { service: 'orders' }).warn(fields, 'happened');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
};

describe('makeJsonLog', () => {
  it('When something is logged, then it is one line with level, time, message and fields', () => {
    expect(logged({ orderId: 'o-1' })).toMatchObject({
      level: 'warn',
      service: 'orders',
      orderId: 'o-1',
      msg: 'happened',
    });
  });

  it('When fields hold secrets at any depth, then they are redacted', () => {
    const line = logged({
      request: {
        headers: { Authorization: 'Bearer x', cookie: 'x', 'X-Upload-Token': 'x' },
        body: { password: 'x', refreshToken: 'x' },
      },
    });
    expect(line['request']).toEqual({
      headers: { Authorization: '[redacted]', cookie: '[redacted]', 'X-Upload-Token': '[redacted]' },
      body: { password: '[redacted]', refreshToken: '[redacted]' },
    });
  });

  it('When an error is logged, then its message and its causes are there', () => {
    const cause = new Error('connection refused');
    const line = logged({ err: new Error('send failed', { cause }) });
    expect(line['err']).toMatchObject({ message: 'send failed', cause: { message: 'connection refused' } });
  });

  it('When a message has line breaks, then it stays one line', () => {
    expect(logged({ input: 'a\nb{"level":"error"}' })['input']).toBe('a\nb{"level":"error"}');
  });
});
