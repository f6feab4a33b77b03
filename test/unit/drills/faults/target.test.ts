import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/drills/faults/random.js';
import { pickTargets } from '../../../../src/drills/faults/target.js';
import { thrownBy } from '../../helpers/errors.js';
import { STATUS, withState } from './nodes.js';

const pick = (text: string, status = STATUS, seed = 1) => pickTargets(text, status, seededRandom(seed));
const names = (...numbers: number[]) => numbers.map((number) => `node-${number}`);

describe('a target', () => {
  test.each<[string, number[]]>([
    ['7001', [2]],
    ['node-8', [8]],
    ['key:user:1', [2]],
    ['slot:16383', [3]],
    ['busiest-master', [2]],
    ['master-of key:user:1', [2]],
    ['master-of 7006', [1]],
    ['master-of node-1', [1]],
    ['replica-of key:user:1', [5]],
    ['replica-of 7005', [6]],
    ['shard-of 7000', [1, 4, 7]],
    ['shard-of node-7', [1, 4, 7]],
    ['all masters', [1, 2, 3]],
    ['all-replicas', [4, 5, 6, 7]],
    ['all  nodes ', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['100% of masters', [1, 2, 3]],
  ])('%s', (text, numbers) => expect(pick(text)).toEqual(names(...numbers)));

  test.each<[string, number[], number]>([
    ['random-master', [1, 2, 3], 1],
    ['random-replica', [4, 5, 6, 7], 1],
    ['replica-of 7000', [4, 7], 1],
    ['50% of replicas', [4, 5, 6, 7], 2],
    ['34% of masters', [1, 2, 3], 1],
    ['1% of masters', [1, 2, 3], 1],
    ['67% of masters', [1, 2, 3], 2],
  ])('%s is chance: always of the right ones and as many, each of them in the end', (text, among, count) => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const chosen = pick(text, STATUS, seed);
        expect(new Set(chosen).size).toBe(count);
        expect(chosen).toEqual(pick(text, STATUS, seed));
        for (const name of chosen) seen.add(name);
      }),
      { seed: 7, numRuns: 100 },
    );
    expect([...seen].sort()).toEqual(names(...among));
  });

  test('nobody is chosen by chance who does not run', () => {
    expect(pick('all masters', withState('node-2', 'exited'))).toEqual(names(1, 3));
    expect(pick('busiest-master', withState('node-2', 'paused'))).toEqual(names(3));
    expect(thrownBy(() => pick('replica-of 7001', withState('node-5', 'exited'))).code).toBe(
      'CONFIG_INVALID',
    );
  });

  test.each([
    ['random', 'NODE_UNKNOWN'],
    ['master-of node-9', 'NODE_UNKNOWN'],
    ['all slaves', 'NODE_UNKNOWN'],
    ['0% of masters', 'CONFIG_INVALID'],
    ['101% of masters', 'CONFIG_INVALID'],
    ['replica-of node-8', 'CONFIG_INVALID'],
  ])('%s is refused: %s', (text, code) => expect(thrownBy(() => pick(text)).code).toBe(code));
});
