import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonTag } from '../../../../src/cluster/inspect/common-tag.js';
import { keySlot } from '../../../../src/cluster/slots.js';

const named = (...keys: string[]) => commonTag(keys.map((key) => Buffer.from(key)))?.names.map(String);

describe('a common tag', () => {
  test.each([
    [
      ['user:1:name', 'user:1:mail'],
      ['{user:1}:name', '{user:1}:mail'],
    ],
    [
      ['user:1', 'user:1:mail'],
      ['user:1', '{user:1}:mail'],
    ],
    [
      ['user:1', 'order:1'],
      ['user:1', '{user:1}:order:1'],
    ],
    [
      ['{a}x', 'b'],
      ['{a}x', '{a}:b'],
    ],
    [
      ['{a}x', '{b}y', '{b}z'],
      ['{b}:{a}x', '{b}y', '{b}z'],
    ],
    [
      ['ab1', 'ab2'],
      ['ab1', '{ab1}:ab2'],
    ],
  ])('of %j names them %j', (keys, names) => expect(named(...keys)).toEqual(names));

  test('of keys that are together already is none', () => expect(named('{a}x', '{a}y')).toBeUndefined());

  test('puts all keys into one slot, whatever they are', () => {
    const part = fc.constantFrom('{', '}', ':', 'a', 'b', 'user', '\0');
    const key = fc.array(part, { maxLength: 6 }).map((parts) => Buffer.from(parts.join('')));
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (keys) => {
        const names = commonTag(keys)?.names ?? [];
        expect(new Set(names.map(keySlot)).size).toBeLessThan(2);
        if (names.length > 0) expect(names).toHaveLength(keys.length);
      }),
    );
  });
});
