import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quotedBytes, shownBytes, textOf } from '../../../src/base/bytes.js';

describe('shown bytes', () => {
  test.each([
    ['user:1', 'user:1'],
    ['été', 'été'],
    ['', '""'],
    ['a b', 'a b'],
    [' a', '" a"'],
    ['"a"', '"\\"a\\""'],
    ['a\nb', '"a\\nb"'],
    ['\x1b[31m', '"\\x1b[31m"'],
    ['‮abc', '"\\xe2\\x80\\xaeabc"'],
  ])('%j is %s', (text, shown) => expect(shownBytes(Buffer.from(text))).toBe(shown));

  test('that are no UTF-8 are quoted', () => {
    expect(shownBytes(Buffer.from([0xff, 0x00, 0x5c]))).toBe('"\\xff\\x00\\\\"');
    expect(textOf(Buffer.from([0xff]))).toBeUndefined();
  });

  test('never hold what a terminal obeys, and quoted ones can be read back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (array) => {
        const bytes = Buffer.from(array);
        expect(shownBytes(bytes)).not.toMatch(/\p{C}/u);
        const json = quotedBytes(bytes)
          .replaceAll('\\a', '\\x07')
          .replace(/\\x([0-9a-f]{2})/g, '\\u00$1');
        expect(Buffer.from(JSON.parse(json) as string, 'latin1')).toEqual(bytes);
      }),
    );
  });
});
