import { expect, test } from 'vitest';
import {
  clusterAddSlotsRange,
  clusterCountKeysInSlot,
  clusterForget,
  clusterGetKeysInSlot,
  clusterMeet,
  clusterReplicate,
  clusterSetConfigEpoch,
  setSlotImporting,
  setSlotMigrating,
  setSlotNode,
  setSlotStable,
} from '../../../../src/redis/commands/index.js';

test.each([
  [clusterAddSlotsRange([[0, 5460], [7, 7]]), 'CLUSTER ADDSLOTSRANGE 0 5460 7 7'], // prettier-ignore
  [clusterCountKeysInSlot(93), 'CLUSTER COUNTKEYSINSLOT 93'],
  [clusterForget('abc'), 'CLUSTER FORGET abc'],
  [clusterGetKeysInSlot(93, 100), 'CLUSTER GETKEYSINSLOT 93 100'],
  [clusterMeet('172.30.0.12', 7001), 'CLUSTER MEET 172.30.0.12 7001'],
  [clusterReplicate('abc'), 'CLUSTER REPLICATE abc'],
  [clusterSetConfigEpoch(3), 'CLUSTER SET-CONFIG-EPOCH 3'],
  [setSlotMigrating(93, 'abc'), 'CLUSTER SETSLOT 93 MIGRATING abc'],
  [setSlotImporting(93, 'abc'), 'CLUSTER SETSLOT 93 IMPORTING abc'],
  [setSlotNode(93, 'abc'), 'CLUSTER SETSLOT 93 NODE abc'],
  [setSlotStable(93), 'CLUSTER SETSLOT 93 STABLE'],
])('$args', ({ args }, words) => expect(args.join(' ')).toBe(words));

test('keys are asked for as bytes', () => {
  const command = clusterGetKeysInSlot(93, 100);
  expect(command.binary).toBe(true);
  expect(command.decode([Buffer.from([0xff, 0x00])])).toEqual([Buffer.from([0xff, 0x00])]);
});
