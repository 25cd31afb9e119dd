import { cursorOf, PageQuery, pageOf, pageRequestOf } from '@duet/shared/kernel/page.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../support/code-of.ts';

const ID = '0198c1a0-0000-7000-8000-000000000001';

describe('PageQuery', () => {
  it('When any id becomes a cursor, then the cursor leads back to it and is safe in a URL', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const cursor = cursorOf(id);
        expect(encodeURIComponent(cursor)).toBe(cursor);
        expect(parse(PageQuery, { cursor }).cursor).toBe(id);
      }),
    );
  });

  it('When nothing is asked for, then a page has 20 items from the start', () => {
    expect(pageRequestOf(parse(PageQuery, {}))).toEqual({ limit: 20, after: undefined });
  });

  it.each([
    ['1', 1],
    ['20', 20],
    ['100', 100],
  ])('When the limit is %s, then it is %i', (limit, number) => {
    expect(pageRequestOf(parse(PageQuery, { limit })).limit).toBe(number);
  });

  it.each([['0'], ['101'], ['1000'], ['-1'], ['01'], ['1.5'], ['1e2'], [' 5'], ['5 '], [''], ['٣'], ['5\n']])(
    'When the limit is %j, then it is refused',
    (limit) => {
      expect(codeOf(() => parse(PageQuery, { limit }))).toBe('validation');
    },
  );

  it.each([
    ['nothing', ''],
    ['an id as it is', ID],
    ['other text', btoa('x'.repeat(36))],
    ['an id in upper case', btoa('0198C1A0-0000-7000-8000-00000000000A')],
    ['one character more', `${cursorOf(ID)}x`],
    ['padding', `${cursorOf(ID).slice(0, 47)}=`],
    ['a line break', `${cursorOf(ID)}\n`],
  ])('When the cursor is %s, then it is refused', (_, cursor) => {
    expect(codeOf(() => parse(PageQuery, { cursor }))).toBe('validation');
  });

  it('When a parameter is not documented or comes twice, then it is refused', () => {
    expect(codeOf(() => parse(PageQuery, { offset: '1' }))).toBe('validation');
    expect(codeOf(() => parse(PageQuery, { limit: ['1', '2'] }))).toBe('validation');
  });
});

describe('pageOf', () => {
  const rows = ['a', 'b', 'c'].map((letter) => ({ id: ID.replace(/1$/, letter) }));

  it('When one more row was found than asked for, then another page follows', () => {
    expect(pageOf(rows, 2)).toEqual({ items: rows.slice(0, 2), nextCursor: cursorOf(rows[1]?.id ?? '') });
  });

  it('When no more rows were found, then it is the last page', () => {
    expect(pageOf(rows, 3)).toEqual({ items: rows, nextCursor: null });
    expect(pageOf([], 3)).toEqual({ items: [], nextCursor: null });
  });
});
