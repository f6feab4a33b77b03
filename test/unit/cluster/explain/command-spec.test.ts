import { describe, expect, test } from 'vitest';
import { keyPlaces, type KeySpec } from '../../../../src/cluster/explain/command-spec.js';
import { locateKeys } from '../../../../src/cluster/explain/key-uses.js';

const wordsOf = (line: string) => line.split(' ').map((word) => Buffer.from(word));
const spec = (begin: KeySpec['begin'], find: KeySpec['find']): KeySpec => ({ flags: new Set(), begin, find });
const range = (lastKey: number, keyStep = 1, limit = 0) =>
  ({ type: 'range', lastKey, keyStep, limit }) as const;
const index = (at: number) => ({ type: 'index', index: at }) as const;

describe('keys stand where the specification says', () => {
  test.each<[string, KeySpec, readonly number[]]>([
    ['GET a', spec(index(1), range(0)), [1]],
    ['MGET a b c', spec(index(1), range(-1)), [1, 2, 3]],
    ['MSET a 1 b 2', spec(index(1), range(-1, 2)), [1, 3]],
    ['BLPOP a b 0', spec(index(1), range(-2)), [1, 2]],
    ['EVAL s 2 a b x', spec(index(2), { type: 'keynum', keyNumIndex: 0, firstKey: 1, keyStep: 1 }), [3, 4]],
    ['EVAL s x', spec(index(2), { type: 'keynum', keyNumIndex: 0, firstKey: 1, keyStep: 1 }), []],
    [
      'XREAD COUNT 2 STREAMS a b 0 0',
      spec({ type: 'keyword', keyword: 'STREAMS', startFrom: 1 }, range(-1, 1, 2)),
      [4, 5],
    ],
    ['XREAD COUNT 2', spec({ type: 'keyword', keyword: 'STREAMS', startFrom: 1 }, range(-1, 1, 2)), []],
    ['SORT a', spec({ type: 'unknown' }, { type: 'unknown' }), []],
  ])('%s', (line, keySpec, places) => expect(keyPlaces(keySpec, wordsOf(line)).at).toEqual(places));
});

describe('keys that no specification finds', () => {
  const base = {
    name: 'sort',
    flags: new Set<string>(),
    categories: new Set<string>(),
    tips: new Set<string>(),
  };
  test('are looked for among the words', () => {
    const words = wordsOf('SORT a STORE b');
    const found = locateKeys({ ...base, keySpecs: [spec(index(1), range(0))] }, words, wordsOf('a b'));
    expect(found).toEqual([1, 3]);
  });
});
