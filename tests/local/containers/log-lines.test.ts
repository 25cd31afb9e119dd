import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeLineReader } from '../../../local/containers/log-lines.ts';

/** A piece as the engine frames it: stream 1 or 2, and its bytes. */
const piece = (stream: number, bytes: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
};

const read = (chunks: readonly Buffer[]): string[] => {
  const lines: string[] = [];
  const reader = makeLineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.take(chunk);
  reader.end();
  return lines;
};

describe('the lines of a log', () => {
  it('When a line comes in several pieces, and two streams at once, then each line is whole', () => {
    const pieces = [
      piece(1, Buffer.from('out')),
      piece(2, Buffer.from('err\n')),
      piece(1, Buffer.from('put\r\n')),
    ];
    expect(read(pieces)).toEqual(['err', 'output']);
  });

  it('When the last line has no end, then it is there at the end', () => {
    expect(read([piece(1, Buffer.from('a\n\nb'))])).toEqual(['a', '', 'b']);
  });

  it('When it is cut anywhere, also within a character or a header, then the lines are the same', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));
    const cuts = fc.array(fc.nat(400), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), cuts, cuts, (lines, pieceCuts, chunkCuts) => {
        const split = (all: Buffer, at: readonly number[]): Buffer[] => {
          const ends = [...new Set(at.map((cut) => cut % (all.length + 1)))].sort((a, b) => a - b);
          return [...ends, all.length].map((end, index) => all.subarray(ends[index - 1] ?? 0, end));
        };
        const text = Buffer.from(lines.map((one) => `${one}\n`).join(''));
        const framed = Buffer.concat(split(text, pieceCuts).map((bytes) => piece(1, bytes)));
        expect(read(split(framed, chunkCuts))).toEqual(lines);
      }),
    );
  });
});
