import { describe, expect, test } from 'vitest';
import type { CommandSpec } from '../../../../src/cluster/explain/command-spec.js';
import { isTelling, standInFor } from '../../../../src/cluster/explain/stand-in.js';

const wordsOf = (...words: string[]) => words.map((word) => Buffer.from(word));
const specOf = (name: string, flags: string[] = [], categories: string[] = []): CommandSpec => ({
  ...{ name, flags: new Set(flags), categories: new Set(categories) },
  ...{ tips: new Set<string>(), keySpecs: [] },
});
const standIn = (spec: CommandSpec, words: Buffer[], keysAt: number[]) =>
  standInFor(spec, words, keysAt, (slot) => Buffer.from(`absent in ${slot}`))?.map(String);

describe('a stand-in', () => {
  test('of what only reads has keys that do not exist', () => {
    expect(standIn(specOf('get', ['readonly']), wordsOf('GET', 'foo'), [1])).toEqual([
      'GET',
      'absent in 12182',
    ]);
  });

  test.each([
    ['what writes', specOf('set', ['write', 'denyoom']), [1]],
    ['what waits', specOf('xread', ['readonly', 'blocking']), [1]],
    ['what has no keys', specOf('keys', ['readonly']), []],
    ['a script', specOf('fcall_ro', ['readonly'], ['@scripting']), [1]],
  ])('of %s there is none', (_, spec, keysAt) => {
    expect(standIn(spec, wordsOf('X', 'foo', 'bar'), keysAt)).toBeUndefined();
  });

  test.each([
    [
      ['SORT', '{t}l', 'BY', '{t}l', 'STORE', '{t}l'],
      [1, 3],
    ],
    [
      ['SORT', '{t}l', 'BY', '{t}d', 'STORE', '{t}d'],
      [1, 3],
    ],
    [
      ['SORT', '{t}l', 'STORE', '{t}a', 'STORE', '{t}a'],
      [1, 3],
    ],
  ])('of %j there is none: what it would store to cannot be told from another word', (words, keysAt) => {
    expect(standIn(specOf('sort', ['write', 'denyoom']), wordsOf(...words), keysAt)).toBeUndefined();
  });

  test('of SORT that stores has nothing to overwrite', () => {
    const words = wordsOf('SORT', '{t}l', 'STORE', '{t}d');
    const absent = standIn(specOf('sort', ['write', 'denyoom']), words, [1, 3]);
    expect(absent).toEqual(['SORT', 'absent in 15891', 'STORE', 'absent in 15891']);
  });

  test('of a script has the first line alone, where that says how it runs', () => {
    const spec = specOf('eval', [], ['@scripting']);
    const script = "#!lua flags=no-cluster\nredis.call('SET', KEYS[1], 1)";
    expect(standIn(spec, wordsOf('EVAL', script, '0'), [])).toEqual([
      'EVAL',
      '#!lua flags=no-cluster\nreturn 1',
      '0',
    ]);
    expect(standIn(spec, wordsOf('EVAL', "redis.call('SET', KEYS[1], 1)", '0'), [])).toBeUndefined();
  });

  test('says nothing by what its absent keys cause', () => {
    expect(isTelling('ERR no such key')).toBe(false);
    expect(isTelling('ASK 7 127.0.0.1:7000')).toBe(false);
    expect(isTelling('ERR syntax error')).toBe(true);
  });
});
