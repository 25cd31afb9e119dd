import { RegisterInput } from '@duet/shared/auth/schema.ts';
import { CreateProductInput } from '@duet/shared/inventory/schema.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { MAX_BODY_BYTES, MAX_DEPTH, parse, parseJson, requireJson } from '@duet/shared/kernel/parse.ts';
import { PlaceOrderInput } from '@duet/shared/orders/schema.ts';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../support/code-of.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const product = { name: 'Desk', description: '', priceCents: 100 };
const ID = '0198c1a0-0000-7000-8000-000000000001';

describe('parseJson', () => {
  it('When a body nests 16 deep, then it is read; 17 deep is malformed', () => {
    expect(parseJson(bytes(nested(MAX_DEPTH)))).toBeInstanceOf(Array);
    expect(codeOf(() => parseJson(bytes(nested(MAX_DEPTH + 1))))).toBe('malformed');
  });

  it('When brackets stand inside strings, then they are no depth', () => {
    const text = JSON.stringify({ a: `${'[{'.repeat(40)}\\"]` });
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
  });

  it('When closing brackets come first to make room, then it is malformed all the same', () => {
    expect(codeOf(() => parseJson(bytes(']'.repeat(20) + nested(30))))).toBe('malformed');
  });

  it('When 60,000 brackets are opened, then it is refused before anything is parsed', () => {
    expect(codeOf(() => parseJson(bytes('['.repeat(60_000))))).toBe('malformed');
  });

  it('When a body has 64 KiB, then it is read; one byte more is too large', () => {
    const filler = (size: number): Uint8Array => bytes(`"${'x'.repeat(size - 2)}"`);
    expect(parseJson(filler(MAX_BODY_BYTES))).toHaveLength(MAX_BODY_BYTES - 2);
    expect(codeOf(() => parseJson(filler(MAX_BODY_BYTES + 1)))).toBe('too-large');
  });

  it.each([
    ['an invalid UTF-8 byte', new Uint8Array([0x22, 0xff, 0x22])],
    ['an overlong encoding', new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
    ['a surrogate encoded as UTF-8', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', new Uint8Array([0x7b, 0x00, 0x7d, 0x00])],
    ['nothing', new Uint8Array()],
    ['a comment', bytes('{} // why')],
    ['a trailing comma', bytes('[1,]')],
    ['NaN', bytes('NaN')],
    ['a raw control character in a string', bytes('"\u0000"')],
  ])('When a body holds %s, then it is malformed', (_, body) => {
    expect(codeOf(() => parseJson(body))).toBe('malformed');
  });
});

describe('parse', () => {
  const refusedAt = (schema: Parameters<typeof parse>[0], text: string): (string | undefined)[] => {
    try {
      parse(schema, parseJson(bytes(text)));
    } catch (error) {
      if (error instanceof DomainError && error.code === 'validation') {
        return [...new Set((error.details.errors ?? []).map(({ pointer }) => pointer))];
      }
      throw error;
    }
    throw new Error('it was accepted');
  };
  const withName = (name: string): string => `{"name":"${name}","description":"","priceCents":100}`;

  it.each([
    ['a NUL', withName('a\\u0000b'), ['/name']],
    ['a lone high surrogate', withName('\\ud800'), ['/name']],
    ['a lone low surrogate', withName('x\\udc00y'), ['/name']],
    ['surrogates in the wrong order', withName('\\udc00\\ud800'), ['/name']],
    ['an empty name', withName(''), ['/name']],
    ['a name of 121 characters', withName('x'.repeat(121)), ['/name']],
    ['a price that is 1e308', JSON.stringify({ ...product, priceCents: 1e308 }), ['/priceCents']],
    ['a price beyond any double', '{"name":"a","description":"","priceCents":1e999}', ['/priceCents']],
    ['a price beyond 2^53', '{"name":"a","description":"","priceCents":9007199254740993}', ['/priceCents']],
    ['half a cent', JSON.stringify({ ...product, priceCents: 0.5 }), ['/priceCents']],
    ['a price of nothing', JSON.stringify({ ...product, priceCents: 0 }), ['/priceCents']],
    ['a price as text', JSON.stringify({ ...product, priceCents: '100' }), ['/priceCents']],
    ['a property that is not documented', JSON.stringify({ ...product, id: ID }), ['']],
    ['a __proto__ property', '{"name":"a","description":"","priceCents":1,"__proto__":{"admin":true}}', ['']],
    ['a constructor property', '{"name":"a","description":"","priceCents":1,"constructor":1}', ['']],
    ['an array', '[]', ['']],
    ['null', 'null', ['']],
    ['a missing property', '{"name":"a","priceCents":1}', ['/description']],
  ])('When a product has %s, then it is refused at that place', (_, text, pointers) => {
    expect(refusedAt(CreateProductInput, text)).toEqual(pointers);
  });

  it('When text has an emoji and a combining mark, then it is taken as it is', () => {
    expect(parse(CreateProductInput, { ...product, name: '👩‍💻 é' }).name).toBe('👩‍💻 é');
  });

  it('When a nested line is wrong, then the pointer leads to it', () => {
    const lines = [
      { productId: ID, quantity: 1 },
      { productId: ID, quantity: 1001 },
    ];
    expect(refusedAt(PlaceOrderInput, JSON.stringify({ lines }))).toEqual(['/lines/1/quantity']);
  });

  it('When a line smuggles a price in, then it is refused', () => {
    const lines = [{ productId: ID, quantity: 1, unitPriceCents: 1 }];
    expect(refusedAt(PlaceOrderInput, JSON.stringify({ lines }))).toEqual(['/lines/0']);
  });

  it.each([[0], [21]])('When an order has %i lines, then it is refused', (count) => {
    const lines = Array.from({ length: count }, () => ({ productId: ID, quantity: 1 }));
    expect(refusedAt(PlaceOrderInput, JSON.stringify({ lines }))).toEqual(['/lines']);
  });

  it.each([
    [ID.toUpperCase()],
    [`${ID}\n`],
    [` ${ID}`],
    [`{${ID}}`],
    [ID.replaceAll('-', '')],
    ["' or 1=1 --"],
  ])('When an id is %j, then it is no UUID', (productId) => {
    expect(refusedAt(PlaceOrderInput, JSON.stringify({ lines: [{ productId, quantity: 1 }] }))).toEqual([
      '/lines/0/productId',
    ]);
  });

  it('When everything is wrong, then at most 20 fields are told', () => {
    const lines = Array.from({ length: 20 }, () => ({ productId: 'x', quantity: 0 }));
    expect(refusedAt(PlaceOrderInput, JSON.stringify({ lines })).length).toBeLessThanOrEqual(20);
    try {
      parse(PlaceOrderInput, { lines });
      expect.unreachable();
    } catch (error) {
      expect((error as DomainError).details.errors).toHaveLength(20);
    }
  });

  it('When a value is wrong, then the refusal does not repeat it', () => {
    const secret = 'hunter2-hunter2';
    try {
      parse(RegisterInput, { email: secret, password: secret, [secret]: secret });
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify((error as DomainError).details.errors)).not.toContain(secret);
    }
  });

  it('When addresses differ in case, then they are one', () => {
    const password = 'correct horse battery';
    expect(parse(RegisterInput, { email: 'Ada@Example.COM', password }).email).toBe('ada@example.com');
  });

  it.each([
    [14, 'validation'],
    [15, undefined],
    [128, undefined],
    [129, 'validation'],
  ])('When a password has %i characters, then it is refused as %s', (length, code) => {
    expect(codeOf(() => parse(RegisterInput, { email: 'a@b.co', password: 'x'.repeat(length) }))).toBe(code);
  });
});

describe('requireJson', () => {
  it.each([
    ['application/json'],
    ['Application/JSON'],
    ['application/json; charset=utf-8'],
    ['application/json;charset="UTF-8"'],
    ['application/json; profile=x; charset=utf-8'],
  ])('When the content type is %s, then it is taken', (type) => {
    expect(codeOf(() => requireJson(type))).toBeUndefined();
  });

  it.each([
    [undefined],
    [''],
    ['text/plain'],
    ['application/jsonp'],
    ['application/json; charset=latin1'],
    ['application/json, text/plain'],
    ['application/x-www-form-urlencoded'],
    ['application/problem+json'],
  ])('When the content type is %s, then it is not supported', (type) => {
    expect(codeOf(() => requireJson(type))).toBe('unsupported-media-type');
  });
});
