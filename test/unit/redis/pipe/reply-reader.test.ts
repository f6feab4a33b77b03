import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplyReader } from '../../../../src/redis/pipe/reply-reader.js';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const word = fc.stringMatching(/^[A-Za-z0-9 :.]{0,30}$/);

/** A reply as it is sent, and what has to be heard of it. */
const reply = fc.oneof(
  word.map((line) => [`+${line}\r\n`, 'value'] as const),
  fc.integer().map((number) => [`:${number}\r\n`, 'value'] as const),
  word.map((line) => [`-ERR ${line}\r\n`, `ERR ${line}`] as const),
  text.map((value) => [`$${Buffer.byteLength(value)}\r\n${value}\r\n`, 'value'] as const),
  fc.constant(['$-1\r\n', 'nothing'] as const),
  fc
    .array(fc.option(text), { maxLength: 5 })
    .map(
      (values) =>
        [
          `*${values.length}\r\n${values
            .map((value) => (value === null ? '$-1\r\n' : `$${Buffer.byteLength(value)}\r\n${value}\r\n`))
            .join('')}`,
          'value',
        ] as const,
    ),
);

function heard(chunks: readonly Buffer[]): string[] {
  const words: string[] = [];
  const reader = new ReplyReader({
    value: () => words.push('value'),
    nothing: () => words.push('nothing'),
    error: (message) => words.push(message),
  });
  for (const chunk of chunks) reader.read(chunk);
  return words;
}

describe('a reader of replies', () => {
  test('hears the same however they are cut', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 12 }), fc.array(fc.nat(30)), (replies, sizes) => {
        const bytes = Buffer.from(replies.map(([sent]) => sent).join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const size of sizes) {
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        chunks.push(bytes.subarray(at));
        expect(heard(chunks)).toEqual(replies.map(([, word]) => word));
      }),
    );
  });

  test('byte by byte', () => {
    const bytes = Buffer.from('*2\r\n$1\r\na\r\n$-1\r\n-MOVED 1 h:7001\r\n$-1\r\n*0\r\n$0\r\n\r\n');
    expect(heard([...bytes].map((byte) => Buffer.from([byte])))).toEqual([
      'value',
      'MOVED 1 h:7001',
      'nothing',
      'value',
      'value',
    ]);
  });
});
