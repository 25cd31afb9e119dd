import { etagOf, parseIfMatch } from '@duet/shared/kernel/etag.ts';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../support/code-of.ts';

describe('parseIfMatch', () => {
  it('When it is the tag of a version, then it names that version', () => {
    for (const version of [1, 3, 999_999_999_999_999]) expect(parseIfMatch(etagOf(version))).toBe(version);
  });

  it.each([[undefined], [''], ['  ']])('When the field is %j, then the precondition is required', (field) => {
    expect(codeOf(() => parseIfMatch(field))).toBe('precondition-required');
  });

  it.each([
    ['3'],
    ['W/"3"'],
    ['"03"'],
    ['"0"'],
    ['"-1"'],
    ['"3", "4"'],
    ['*'],
    ['"3'],
    ['"1e3"'],
    ['"9999999999999999"'],
  ])('When the field is %s, then it is the tag of no version', (field) => {
    expect(parseIfMatch(field)).toBe(0);
  });
});
