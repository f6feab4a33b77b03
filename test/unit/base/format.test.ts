import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes, duration, list, plural, printable } from '../../../src/base/format.js';

describe('plural', () => {
  test.each([
    [0, '0 nodes'],
    [1, '1 node'],
    [2, '2 nodes'],
  ])('%i', (count, text) => expect(plural(count, 'node')).toBe(text));
});

describe('list', () => {
  test.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('%j', (items, text) => expect(list(items)).toBe(text));
});

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [980, '980 B'],
    [1023, '1023 B'],
    [1024, '1.0 KB'],
    [1.8 * 1024 ** 2, '1.8 MB'],
    [3 * 1024 ** 3, '3.0 GB'],
    [5000 * 1024 ** 4, '5000.0 TB'],
  ])('%d', (count, text) => expect(bytes(count)).toBe(text));
});

describe('duration', () => {
  test.each([
    [0, '0 ms'],
    [639.6, '640 ms'],
    [1000, '1.0 s'],
    [3140, '3.1 s'],
  ])('%d', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('printable', () => {
  test.each([
    ['plain text', 'plain text'],
    ['ä 🙂 ━', 'ä 🙂 ━'],
    ['a\tb\nc', 'a\tb\nc'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
    ['a\rb', 'a\\x0db'],
    ['\0', '\\x00'],
    ['\x7f', '\\x7f'],
    ['\x9b31m', '\\x9b31m'],
  ])('%j', (text, shown) => expect(printable(text)).toBe(shown));

  test('leaves no control character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text).replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
