import { expect, test } from 'vitest';
import {
  append,
  busyScript,
  claimSlots,
  clusterAddSlotsRange,
  clusterFailover,
  clusterForget,
  clusterMeet,
  clusterMigrateSlots,
  clusterReplicate,
  clusterSetConfigEpoch,
  configGet,
  configSet,
  countKeysInSlots,
  listKeysInSlots,
  scriptKill,
  setSlotsImporting,
  setSlotsMigrating,
  setSlotsNode,
  setSlotsStable,
} from '../../../../src/redis/commands/index.js';

test.each([
  [append(Buffer.from('key'), Buffer.from('more')), 'APPEND key more'],
  [scriptKill(), 'SCRIPT KILL'],
  [clusterAddSlotsRange([[0, 5460], [7, 7]]), 'CLUSTER ADDSLOTSRANGE 0 5460 7 7'], // prettier-ignore
  [clusterFailover('graceful'), 'CLUSTER FAILOVER'],
  [clusterFailover('force'), 'CLUSTER FAILOVER FORCE'],
  [clusterFailover('takeover'), 'CLUSTER FAILOVER TAKEOVER'],
  [clusterForget('abc'), 'CLUSTER FORGET abc'],
  [clusterMeet('172.30.0.12', 7001), 'CLUSTER MEET 172.30.0.12 7001'],
  [clusterMigrateSlots([[0, 9], [20, 20]], 'abc'), 'CLUSTER MIGRATESLOTS SLOTSRANGE 0 9 20 20 NODE abc'], // prettier-ignore
  [clusterReplicate('abc'), 'CLUSTER REPLICATE abc'],
  [clusterSetConfigEpoch(3), 'CLUSTER SET-CONFIG-EPOCH 3'],
  [configGet('maxmemory'), 'CONFIG GET maxmemory'],
  [configSet('maxmemory', 5), 'CONFIG SET maxmemory 5'],
])('$args', ({ args }, words) => expect(args.join(' ')).toBe(words));

/** What the script is given: many slots are told as ranges. */
test.each([
  [setSlotsMigrating([3, 1, 2, 7], 'abc'), ['MIGRATING', 'abc', 1, 3, 7, 7]],
  [setSlotsImporting([93], 'abc'), ['IMPORTING', 'abc', 93, 93]],
  [setSlotsNode([93, 94], 'abc'), ['NODE', 'abc', 93, 94]],
  [claimSlots([93, 94], 'abc'), ['abc', 93, 94]],
  [setSlotsStable([93]), [93, 93]],
  [countKeysInSlots([0, 1]), [0, 1]],
  [listKeysInSlots([5, 4], 100), [100, 5, 4]],
])('a script for many slots gets %#', ({ args }, expected) => {
  const [name, script, keys, ...rest] = args;
  expect([name, keys]).toEqual(['EVAL', 0]);
  expect(String(script)).toContain('CLUSTER');
  expect(rest).toEqual(expected);
});

test('counts leave empty slots out', () => {
  expect(countKeysInSlots([1, 2, 3]).decode([1, 10, 3, 30])).toEqual(new Map([[1, 10], [3, 30]])); // prettier-ignore
});

test('keys are listed as bytes, with slot and size', () => {
  const command = listKeysInSlots([93], 100);
  expect(command.binary).toBe(true);
  const key = Buffer.from([0xff, 0x00]);
  expect(command.decode([[key], [93], [56]])).toEqual([{ slot: 93, key, bytes: 56 }]);
});

test('a busy script touches no key, so that any node runs it', () => {
  const [name, script, keys, ...rest] = busyScript(250).args;
  expect([name, keys, rest]).toEqual(['EVAL', 0, [250]]);
  expect(String(script)).not.toMatch(/KEYS|'SET'/);
});
