import { describe, expect, it } from 'vitest';
import { differ } from '../../compare/differ.ts';
import { makeNormalise } from '../../compare/normalise.ts';

const reply = (body: unknown, headers: Record<string, string> = {}) => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  bytes: new TextEncoder().encode(JSON.stringify(body)),
});

const A = '0192aa00-0000-7000-8000-00000000000a';
const B = '0192bb00-0000-7000-8000-00000000000b';

describe('differ', () => {
  it('When values are equal but for the order of members, then there is no difference', () => {
    expect(differ({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toEqual([]);
  });

  it('When a leaf, a length, a type or a missing member differs, then each is told by its path', () => {
    const left = { a: 1, list: [1, 2], x: {}, only: null };
    const right = { a: '1', list: [1], x: [] };
    expect(differ(left, right)).toEqual([
      { path: 'a', left: 1, right: '1' },
      { path: 'list[1]', left: 2, right: undefined },
      { path: 'x', left: {}, right: [] },
      { path: 'only', left: null, right: undefined },
    ]);
  });
});

describe('normalise', () => {
  it('When two stacks give other ids, times and tokens, then the answers are equal', () => {
    const one = makeNormalise()(
      'GET /x',
      reply({ id: A, at: '2026-01-01T00:00:00.000Z', accessToken: 'x' }, { date: 'now' }),
    );
    const two = makeNormalise()('GET /x', reply({ id: B, at: '2026-02-02T00:00:00.123Z', accessToken: 'y' }));
    expect(differ(one, two)).toEqual([]);
  });

  it('When one stack mixes two ids up, then that is a difference', () => {
    const one = makeNormalise()('GET /x', reply({ order: A, product: B, again: A }));
    const two = makeNormalise()('GET /x', reply({ order: A, product: B, again: B }));
    expect(differ(one, two)).toEqual([{ path: 'body.again', left: '<id 1>', right: '<id 2>' }]);
  });

  it('When a header field of the contract differs, then it shows, and the others do not', () => {
    const one = makeNormalise()('GET /x', reply({}, { etag: '"1"', 'x-request-id': 'a' }));
    const two = makeNormalise()('GET /x', reply({}, { etag: '"2"', 'x-request-id': 'b' }));
    expect(differ(one, two)).toEqual([{ path: 'headers.etag', left: '"1"', right: '"2"' }]);
  });

  it('When bytes differ by one, then that is a difference', () => {
    const bytes = (last: number) => ({
      status: 200,
      headers: { 'content-type': 'image/webp' },
      bytes: new Uint8Array([1, last]),
    });
    expect(differ(makeNormalise()('GET /x', bytes(1)), makeNormalise()('GET /x', bytes(2)))).toHaveLength(1);
  });
});
