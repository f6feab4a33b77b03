import { describe, expect, test } from 'vitest';
import { findNode, type Nameable } from '../../../src/cluster/node-reference.js';
import { thrownBy } from '../helpers/errors.js';

const fill = (start: string) => start.padEnd(40, '0');

const nodes: Nameable[] = [
  { name: 'node-1', port: 7000, id: fill('abcd1'), slots: [[0, 5460]] },
  { name: 'node-2', port: 7001, id: fill('abcd2'), slots: [[5461, 10_922]] },
  { name: 'node-3', port: 7002, id: fill('7001'), slots: [[10_923, 16_383]] },
  { name: 'node-4', port: 7003, id: fill('12345'), slots: [] },
  { name: 'node-5', port: 7004, id: '', slots: [] },
];
const nameFor = (reference: string) => findNode(nodes, reference).name;

describe('findNode', () => {
  test.each([
    ['7000', 'node-1', 'a port'],
    ['node-2', 'node-2', 'a name'],
    ['abcd1', 'node-1', 'the beginning of an id'],
    ['1234', 'node-4', 'four characters of an id'],
    [fill('12345'), 'node-4', 'a whole id'],
    ['slot:0', 'node-1', 'the first slot'],
    ['slot:5461', 'node-2', 'a slot at the edge'],
    ['slot:16383', 'node-3', 'the last slot'],
    ['key:user:1', 'node-2', 'a key with a colon (slot 10778)'],
    ['key:{user1000}.x', 'node-1', 'a key with a tag (slot 3443)'],
    ['key:', 'node-1', 'the empty key (slot 0)'],
    ['key:line\nbreak', 'node-3', 'a key with a line break (slot 11913)'],
  ])('%j is %s: %s', (reference, name) => expect(nameFor(reference)).toBe(name));

  test('a port goes before the beginning of an id', () => expect(nameFor('7001')).toBe('node-2'));

  test('a node without an id matches no id', () =>
    expect(thrownBy(() => nameFor('0000')).code).toBe('NODE_UNKNOWN'));

  test.each([
    '', 'node-9', 'node', '7', '700', '8000', 'abc', 'slot:16384', 'slot:-1', 'slot:x', 'slot:', 'ABCD1', 'xyzw', 'port:7000',
  ])('%j is nobody', (reference) => expect(thrownBy(() => nameFor(reference)).code).toBe('NODE_UNKNOWN')); // prettier-ignore

  test('the error for nobody lists all nodes and says how to name one', () => {
    const { message, details, hint } = thrownBy(() => nameFor('node-9'));
    expect(message).toBe('no node is called "node-9"');
    expect(details).toEqual([
      '7000  node-1  abcd1000',
      '7001  node-2  abcd2000',
      '7002  node-3  70010000',
      '7003  node-4  12345000',
      '7004  node-5',
    ]);
    expect(hint).toContain('slot:N');
  });

  test('the beginning of two ids is ambiguous, and the error lists those two', () => {
    const { code, message, details } = thrownBy(() => nameFor('abcd'));
    expect(code).toBe('NODE_AMBIGUOUS');
    expect(message).toBe('"abcd" matches 2 nodes');
    expect(details).toEqual(['7000  node-1  abcd1000', '7001  node-2  abcd2000']);
  });
});
