import { describe, expect, it } from 'vitest';
import { type FilterPattern, isWanted } from '../../local/cloud/sqs-filter.ts';

const wants = (pattern: FilterPattern, body: unknown) =>
  isWanted([pattern], { body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('Filters of an SQS event source', () => {
  it.each<[pattern: object, body: unknown, wanted: boolean]>([
    [{ kind: ['a', 'b'] }, { kind: 'b', more: 1 }, true],
    [{ kind: ['a', 'b'] }, { kind: 'c' }, false],
    [{ kind: ['a'], size: [1] }, { kind: 'a', size: 2 }, false],
    [{ deep: { in: [null] } }, { deep: { in: null } }, true],
    [{ deep: { in: [null] } }, { deep: {} }, false],
    [{ tags: ['x'] }, { tags: ['w', 'x'] }, true],
    [{ name: [{ prefix: 'ab' }] }, { name: 'abc' }, true],
    [{ name: [{ prefix: 'ab' }] }, { name: 'ba' }, false],
    [{ name: [{ suffix: '.jpg' }] }, { name: 'x.jpg' }, true],
    [{ name: [{ 'equals-ignore-case': 'AB' }] }, { name: 'aB' }, true],
    [{ size: [{ numeric: ['>', 5, '<=', 10] }] }, { size: 10 }, true],
    [{ size: [{ numeric: ['>', 5, '<=', 10] }] }, { size: 5 }, false],
    [{ size: [{ numeric: ['=', 5] }] }, { size: '5' }, false],
    [{ kind: [{ 'anything-but': ['a', 'b'] }] }, { kind: 'c' }, true],
    [{ kind: [{ 'anything-but': ['a', 'b'] }] }, { kind: 'a' }, false],
    [{ kind: [{ exists: false }] }, {}, true],
    [{ kind: [{ exists: true }] }, {}, false],
    [{ $or: [{ a: [1] }, { b: [2] }] }, { b: 2 }, true],
    [{ $or: [{ a: [1] }, { b: [2] }] }, { b: 1 }, false],
    [{ kind: ['a'] }, 'no JSON', false],
  ])('When the body has to match %j, then %j: %s', (pattern, body, wanted) => {
    expect(wants({ body: pattern }, body)).toBe(wanted);
  });

  it('When a pattern is for text, then a JSON object does not match, and text does', () => {
    expect(wants({ body: ['ping'] }, 'ping')).toBe(true);
    expect(wants({ body: ['ping'] }, 'pong')).toBe(false);
    expect(wants({ body: ['ping'] }, { ping: 1 })).toBe(false);
  });

  it('When there are several filters, then one is enough; when there is none, then all is wanted', () => {
    const filters = [{ body: { a: [1] } }, { body: { b: [2] } }];
    expect(isWanted(filters, { body: '{"b":2}' })).toBe(true);
    expect(isWanted(filters, { body: '{"a":2,"b":1}' })).toBe(false);
    expect(isWanted([], { body: 'anything' })).toBe(true);
  });

  it('When a comparison is not known, then that is an error and no silent mismatch', () => {
    expect(() => wants({ body: { a: [{ wildcard: '*' }] } }, { a: 'x' })).toThrow(/wildcard/);
  });
});
