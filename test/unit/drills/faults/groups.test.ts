import { describe, expect, test } from 'vitest';
import { atBothEnds, cutsBetween } from '../../../../src/drills/faults/cuts.js';
import { parseGroups } from '../../../../src/drills/faults/groups.js';
import { partition } from '../../../../src/drills/faults/partition.js';
import { seededRandom } from '../../../../src/drills/faults/random.js';
import { thrownBy } from '../../helpers/errors.js';
import { STATUS } from './nodes.js';

const parse = (text: string) =>
  parseGroups(text, STATUS, seededRandom(1)).map((group) =>
    group.map((name) => name.replace('node-', '')).join(''),
  );

describe('groups', () => {
  test.each<[string, string[]]>([
    ['7000,7003/rest', ['14', '235678']],
    ['rest/node-1', ['2345678', '1']],
    ['7000/7001/rest', ['1', '2', '345678']],
    ['7000/7001', ['1', '2']],
    ['key:user:1 , slot:0/7002', ['21', '3']],
    ['shard-of 7000/rest', ['147', '23568']],
    ['all masters,7007/all replicas', ['1238', '4567']],
    ['7000,node-1/7001', ['1', '2']],
  ])('%s', (text, groups) => expect(parse(text)).toEqual(groups));

  test.each([
    ['7000', 'one group'],
    ['', 'one group'],
    ['7000/', 'empty'],
    ['7000,/rest', 'empty'],
    ['rest/rest', 'one group alone'],
    ['7000,rest/7001', 'by itself'],
    ['7000/node-1', 'node-1 cannot be in two groups'],
    ['all nodes/rest', 'nobody is left'],
  ])('%j is refused: %s', (text, why) => {
    const { code, message } = thrownBy(() => parse(text));
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain(why);
  });

  test('a node that does not exist is refused', () =>
    expect(thrownBy(() => parse('7000,7099/rest')).code).toBe('NODE_UNKNOWN'));
});

describe('cuts', () => {
  test('are made at all groups but the largest, against all others', () => {
    expect(cutsBetween([['a'], ['b', 'c', 'd'], ['e']], false)).toEqual([
      { node: 'a', peers: ['b', 'c', 'd', 'e'] },
      { node: 'e', peers: ['a', 'b', 'c', 'd'] },
    ]);
  });

  test('one way are made where it is sent from', () => {
    expect(cutsBetween([['a', 'b'], ['c']], true)).toEqual([
      { node: 'a', peers: ['c'] },
      { node: 'b', peers: ['c'] },
    ]);
  });

  test('at both ends are the same pairs', () => {
    expect(atBothEnds([{ node: 'a', peers: ['b', 'c'] }])).toEqual([
      { node: 'a', peers: ['b', 'c'] },
      { node: 'b', peers: ['a'] },
      { node: 'c', peers: ['a'] },
    ]);
  });
});

test.each([
  [[['a']], false],
  [[['a'], []], false],
  [[['a'], ['a', 'b']], false],
  [[['a'], ['b'], ['c']], true],
])('partition(%j, %j) is refused', (groups, oneWay) =>
  expect(thrownBy(() => partition(groups, oneWay)).code).toBe('CONFIG_INVALID'),
);
