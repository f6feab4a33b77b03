import { describe, expect, test } from 'vitest';
import { asBuffers, asFields, asNothing, asNumber, asText, asTexts } from '../../../src/redis/reply.js';
import { thrownBy } from '../helpers/errors.js';

describe('a reply of the right shape is handed on', () => {
  test('text', () => expect(asText('a')).toBe('a'));
  test('a number', () => expect(asNumber(7)).toBe(7));
  test('texts', () => expect(asTexts(['a', 'b'])).toEqual(['a', 'b']));
  test('bytes', () => expect(asBuffers([Buffer.from('a')])).toEqual([Buffer.from('a')]));
  test('an OK is nothing', () => {
    const decode: () => unknown = asNothing;
    expect(decode()).toBeUndefined();
  });
});

describe('a reply of another shape is an error that quotes it', () => {
  test.each([
    ['text', () => asText(7), 'a string: 7'],
    ['text', () => asText(null), 'a string: null'],
    ['a number', () => asNumber('7'), 'a number: "7"'],
    ['a list of texts', () => asTexts('a'), 'a list: "a"'],
    ['a text in a list', () => asTexts(['a', 7]), 'a string: 7'],
    ['a list of bytes', () => asBuffers(7), 'a list: 7'],
    ['bytes in a list', () => asBuffers(['a']), 'bytes: "a"'],
  ])('not %s', (_, decode, what) => {
    const { code, message } = thrownBy(decode);
    expect(code).toBe('REDIS_ERROR');
    expect(message).toBe(`a node answered with something that is not ${what}`);
  });

  test('in part, when it is long', () => {
    expect(thrownBy(() => asNumber('x'.repeat(1000))).message.length).toBeLessThan(150);
  });
});

describe('fields', () => {
  test('are the lines with a colon, up to the first one', () => {
    expect([
      ...asFields('# Server\r\nredis_version:7.0.15\r\nos:Linux: x\r\nempty:\r\n\r\nno colon\r\n:x\r\n'),
    ]).toEqual([
      ['redis_version', '7.0.15'],
      ['os', 'Linux: x'],
      ['empty', ''],
    ]);
  });

  test('of nothing are none', () => expect(asFields('').size).toBe(0));
});
