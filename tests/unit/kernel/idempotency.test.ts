import {
  createOnce,
  fingerprintOf,
  type IdempotencyRecord,
  parseIdempotencyKey,
} from '@duet/shared/kernel/idempotency.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, codeOfPromise } from '../support/code-of.ts';

describe('parseIdempotencyKey', () => {
  it.each([
    ['abcdefgh', 'abcdefgh'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['"order_2026-01"', 'order_2026-01'],
    ['  abcdefgh  ', 'abcdefgh'],
  ])('When the field is %s, then the key is %s', (field, key) => {
    expect(parseIdempotencyKey(field)).toBe(key);
  });

  it.each([
    [undefined],
    [''],
    ['abcdefg'],
    ['x'.repeat(65)],
    ['"abcdefgh'],
    ['abcdefgh"'],
    ["'abcdefgh'"],
    ['""abcdefgh""'],
    ['abcdefgh, ijklmnop'],
    ['"abcdefgh", "ijklmnop"'],
    ['abc defgh'],
    ['abcdefgh;p=1'],
    ['abcdefghé'],
    ['abcdefgh\u0000'],
    ['abcdefgh\nijklmnop'],
  ])('When the field is %j, then it is missing', (field) => {
    expect(codeOf(() => parseIdempotencyKey(field))).toBe('idempotency-key-missing');
  });
});

describe('fingerprintOf', () => {
  it('When only the order of properties differs, then the fingerprint is the same', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, reversed(member)]),
      );
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        expect(fingerprintOf(reversed(body))).toBe(fingerprintOf(body));
      }),
    );
  });

  it('When any value differs, then the fingerprint differs', () => {
    const prints = [
      { a: 1 },
      { a: '1' },
      { a: null },
      { a: [1] },
      { a: { b: 1 } },
      { b: 1 },
      {},
      [],
      null,
    ].map(fingerprintOf);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('When a property is undefined, then it is as if it were absent', () => {
    expect(fingerprintOf({ a: 1, b: undefined })).toBe(fingerprintOf({ a: 1 }));
  });
});

describe('createOnce', () => {
  const scope = { userId: 'u', route: 'place-order', key: 'key-12345', fingerprint: 'f'.repeat(64) };
  const reply = { status: 202, location: '/orders/1', body: { n: 1 } };

  it('When the key is new, then the record holds the whole reply', async () => {
    let written: IdempotencyRecord | undefined;
    const result = await createOnce(scope, reply, async (record) => {
      written = record;
      return { kind: 'created' };
    });
    expect(result).toEqual({ ...reply, replayed: false });
    expect(written).toEqual({ ...scope, status: 202, location: '/orders/1', body: '{"n":1}' });
  });

  it('When the key is taken by the same request, then the stored reply comes back', async () => {
    const record = { ...scope, status: 202, location: '/orders/0', body: '{"n":0}' };
    expect(await createOnce(scope, reply, async () => ({ kind: 'taken', record }))).toEqual({
      status: 202,
      location: '/orders/0',
      body: { n: 0 },
      replayed: true,
    });
  });

  it('When the key is taken by another request, then it is reuse', async () => {
    const record = { ...scope, fingerprint: '0'.repeat(64), status: 202, location: '/orders/0', body: '{}' };
    expect(await codeOfPromise(createOnce(scope, reply, async () => ({ kind: 'taken', record })))).toBe(
      'idempotency-key-reuse',
    );
  });
});
