import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { silent } from '../../../../src/base/events.js';
import { clusterFolder } from '../../../../src/config/home.js';
import type { Fault } from '../../../../src/drills/faults/fault.js';
import { idOf } from '../../../../src/drills/faults/identity.js';
import { healFault, injectFault } from '../../../../src/drills/faults/inject.js';
import {
  isRecorded,
  mayBeOnItsWay,
  noteStruck,
  readLedger,
  recordFault,
  strikeOut,
} from '../../../../src/drills/faults/ledger.js';
import { faultOf, faultOfRecord } from '../../../../src/drills/faults/make.js';
import { pause } from '../../../../src/drills/faults/pause.js';
import { seededRandom } from '../../../../src/drills/faults/random.js';
import type { FoundCluster } from '../../../../src/runtimes/detect.js';
import { contractSpec } from '../../../contract/runtime-contract.js';
import { MemoryRuntime } from '../../../helpers/memory-runtime.js';
import { folderOfTheFile } from '../../../helpers/run.js';
import { rejectionOf } from '../../helpers/errors.js';
import { STATUS } from './nodes.js';

const home = folderOfTheFile();
let cluster: string;
let count = 0;

beforeEach(() => {
  vi.stubEnv('RCLUSTER_HOME', home);
  count += 1;
  cluster = `led-${count}`;
});

const DESCRIPTIONS = [
  { fault: 'kill', target: '7000' },
  { fault: 'stop', target: '7000' },
  { fault: 'restart', target: '7000' },
  { fault: 'pause', target: 'all masters' },
  { fault: 'partition', groups: '7000,7003/rest', oneWay: true },
  { fault: 'isolate', target: '7000' },
  { fault: 'latency', target: '7000', delay: 100, jitter: 20 },
  { fault: 'loss', target: '7000', percent: 30 },
  { fault: 'fill', target: '7000' },
  { fault: 'slow', target: '7000' },
  { fault: 'disk-full', target: '7000' },
];

test.each(DESCRIPTIONS)('what is written down of $fault makes the same fault again', async (description) => {
  const fault = faultOf(description, STATUS, seededRandom(1));
  expect(fault.kind).toBe(description.fault);
  await recordFault(cluster, fault);
  const [entry] = await readLedger(cluster);
  const again = faultOfRecord(entry!.fault);
  expect([again.kind, again.text, again.nodes]).toEqual([fault.kind, fault.text, fault.nodes]);
  expect(idOf(again)).toBe(idOf(fault));
  expect(entry).toMatchObject({ id: idOf(fault), text: fault.text, pid: process.pid });
});

describe('the ledger', () => {
  test('is empty where nothing was written, and is not made by looking', async () => {
    expect(await readLedger(cluster)).toEqual([]);
    expect(await readdir(join(home, 'clusters')).catch(() => [])).not.toContain(cluster);
  });

  test('has a fault once, however often it is written down, until it is struck out', async () => {
    await recordFault(cluster, pause(['node-1']));
    await recordFault(cluster, pause(['node-1']));
    await recordFault(cluster, pause(['node-2']));
    expect((await readLedger(cluster)).map(({ text }) => text).sort()).toEqual([
      'pause node-1',
      'pause node-2',
    ]);
    const id = idOf(pause(['node-1']));
    expect(await isRecorded(cluster, id)).toBe(true);
    await strikeOut(cluster, id);
    await strikeOut(cluster, id);
    expect(await isRecorded(cluster, id)).toBe(false);
    expect((await readLedger(cluster)).map(({ text }) => text)).toEqual(['pause node-2']);
  });

  test('overlooks what is no entry', async () => {
    await recordFault(cluster, pause(['node-1']));
    await writeFile(join(clusterFolder(cluster), 'fault-00000000.json'), '{"version":1,');
    expect(await readLedger(cluster)).toHaveLength(1);
  });
});

describe('a fault that was written down', () => {
  const entryOf = async () => (await readLedger(cluster))[0]!;

  test('may be on its way until it is noted as struck', async () => {
    await recordFault(cluster, pause(['node-1']));
    expect(mayBeOnItsWay(await entryOf())).toBe(true);
    await noteStruck(cluster, pause(['node-1']));
    expect(await entryOf()).toMatchObject({ struck: true, text: 'pause node-1' });
    expect(mayBeOnItsWay(await entryOf())).toBe(false);
    // Written down anew, it is yet to come once more.
    await recordFault(cluster, pause(['node-1']));
    expect(mayBeOnItsWay(await entryOf())).toBe(true);
  });

  test('and was healed meanwhile is not there again', async () => {
    await recordFault(cluster, pause(['node-1']));
    await strikeOut(cluster, idOf(pause(['node-1'])));
    await noteStruck(cluster, pause(['node-1']));
    expect(await readLedger(cluster)).toEqual([]);
  });

  test('is waited for as long as its injector is there, and a moment longer', async () => {
    await recordFault(cluster, pause(['node-1']));
    const entry = await entryOf();
    const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
    // The test's parent is there, and no process has the number after the last one.
    const [there, gone] = [process.ppid, 2 ** 31 - 1];
    expect(mayBeOnItsWay({ ...entry, pid: there, injectedAt: ago(60_000) })).toBe(true);
    expect(mayBeOnItsWay({ ...entry, pid: there, injectedAt: ago(180_000) })).toBe(false);
    expect(mayBeOnItsWay({ ...entry, pid: gone, injectedAt: ago(1_000) })).toBe(true);
    expect(mayBeOnItsWay({ ...entry, pid: gone, injectedAt: ago(10_000) })).toBe(false);
    expect(mayBeOnItsWay({ ...entry, injectedAt: ago(-60_000) })).toBe(false);
    expect(mayBeOnItsWay({ ...entry, injectedAt: 'once' })).toBe(false);
  });
});

describe('injecting', () => {
  const log: string[] = [];
  const found = (): FoundCluster => {
    const spec = contractSpec({ name: cluster, basePort: 7000 });
    const record = { spec, runtime: 'docker' as const, server: '', nodes: [] };
    return { runtime: new MemoryRuntime(), record, reason: 'a test' };
  };
  const fault = (changes: Partial<Fault>): Fault => ({
    ...pause(['node-1']),
    impossible: () => Promise.resolve(undefined),
    inject: async () => void log.push(`inject, ${(await readLedger(cluster)).length} written down`),
    heal: async () => void log.push(`heal, ${(await readLedger(cluster)).length} written down`),
    ...changes,
  });

  beforeEach(() => void log.splice(0));

  test('writes down first, and healing strikes out last', async () => {
    const own = fault({});
    await injectFault(found(), own, { emit: silent });
    expect(await readLedger(cluster)).toMatchObject([{ struck: true }]);
    await healFault(found(), own, { emit: silent });
    expect(log).toEqual(['inject, 1 written down', 'heal, 1 written down']);
    expect(await readLedger(cluster)).toEqual([]);
  });

  test('what is impossible is said, and nothing is written down', async () => {
    const own = fault({ impossible: () => Promise.resolve('there is no sand') });
    const { code, message } = await rejectionOf(injectFault(found(), own, { emit: silent }));
    expect([code, message]).toEqual([
      'FAULT_IMPOSSIBLE',
      '"pause node-1" cannot be injected here: there is no sand',
    ]);
    expect(log).toEqual([]);
    expect(await readLedger(cluster)).toEqual([]);
  });

  test('what was half injected is healed', async () => {
    const own = fault({ inject: () => Promise.reject(new Error('half way')) });
    await expect(injectFault(found(), own, { emit: silent })).rejects.toThrow('half way');
    expect(log).toEqual(['heal, 1 written down']);
    expect(await readLedger(cluster)).toEqual([]);
  });

  test('an interruption before it begins leaves nothing; healing hears of none', async () => {
    const signal = AbortSignal.abort();
    const { code } = await rejectionOf(injectFault(found(), fault({}), { emit: silent, signal }));
    expect(code).toBe('INTERRUPTED');
    expect(log).toEqual([]);
    const deaf = fault({ heal: (context) => Promise.resolve(void log.push(typeof context.signal)) });
    await healFault(found(), deaf, { emit: silent });
    expect(log).toEqual(['undefined']);
  });

  test('what cannot be healed is named, and stays written down', async () => {
    const own = fault({ heal: () => Promise.reject(new Error('it is stuck')) });
    await injectFault(found(), own, { emit: silent });
    const { code, message, hint } = await rejectionOf(healFault(found(), own, { emit: silent }));
    expect(code).toBe('FAULT_LEFT');
    expect(message).toBe('"pause node-1" could not be healed: it is stuck');
    expect(hint).toContain('rcluster heal');
    expect(await readLedger(cluster)).toHaveLength(1);
  });
});
