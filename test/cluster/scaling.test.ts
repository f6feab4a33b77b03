import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddMasterResult, RebalanceResult, StatusReport } from '../../src/index.js';
import { judge } from '../helpers/judge.js';
import { LiveWriter } from '../helpers/live-writer.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, rcluster, rclusterSucceeds } from '../helpers/run.js';
import { missingSeeds, writeSeeds } from '../helpers/seeds.js';

const NAME = 'sc-a';
const PORT = firstPortOf(import.meta.filename);
const KEYS = 20_000;

const command = documentsOf(NAME);

beforeAll(async () => {
  await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT)]);
  await writeSeeds(PORT, KEYS);
});

afterAll(async () => {
  await rcluster(['down', '-q', '-c', NAME]);
});

describe('scaling under live writes', () => {
  it('adds two masters straight after each other, evens out, and keeps every key', async () => {
    const writer = new LiveWriter(PORT);
    const first = await command<AddMasterResult>('add-master');
    const second = await command<AddMasterResult>('add-master', '--replicas', '0');
    const even = await command<RebalanceResult>('rebalance');
    const { acknowledged, wrong, errors } = await writer.finish();

    expect(first.added).toEqual(['node-7', 'node-8']);
    expect(first.slotsMoved).toBe(4096);
    // A quarter of the seeds, and of what the writer had written by then.
    expect(first.keysMoved).toBeGreaterThan(KEYS * 0.24);
    expect(second.added).toEqual(['node-9']);
    expect(even.slotsMoved).toBe(0);
    expect(acknowledged).toBeGreaterThan(1000);
    expect(wrong).toEqual([]);
    expect(errors).toEqual([]);
    expect(await missingSeeds(PORT, KEYS)).toEqual([]);

    const status = await command<StatusReport>('status');
    const counts = status.nodes.filter(({ role }) => role === 'master').map(({ slotCount }) => slotCount);
    expect(counts).toHaveLength(5);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(status.nodes.find(({ name }) => name === 'node-8')?.replicaOf).toBe('node-7');
    const { isClean, text } = await judge(NAME, PORT);
    expect(isClean, text).toBe(true);
  });

  it('finishes slots that were left half moved', async () => {
    const before = await command<StatusReport>('status');
    const [from, to] = before.nodes.filter(({ role }) => role === 'master');
    const slot = from!.slots[0]![0];
    const setSlot = (port: number, ...state: string[]) =>
      rclusterSucceeds(['cli', '-c', NAME, `${port}`, 'cluster', 'setslot', `${slot}`, ...state]);
    await setSlot(to!.port, 'importing', from!.id);
    await setSlot(from!.port, 'migrating', to!.id);
    const open = JSON.parse((await rcluster(['status', '--json', '-c', NAME])).stdout) as StatusReport;
    expect(open.findings.map(({ code }) => code)).toContain('SLOT_OPEN');

    const result = await command<RebalanceResult>('rebalance');
    expect(result.slotsMoved).toBeGreaterThanOrEqual(1);
    expect(result.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { isClean, text } = await judge(NAME, PORT);
    expect(isClean, text).toBe(true);
    expect(await missingSeeds(PORT, KEYS)).toEqual([]);
  });
});
