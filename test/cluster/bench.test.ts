import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { measure } from '../../src/bench/measure.js';
import type { StatusReport } from '../../src/index.js';
import type { BenchLoad, BenchReport, ScalingReport } from '../../src/reports/bench/model.js';
import { linesOf, RunningCommand, scene } from '../helpers/cli-scene.js';
import { firstPortOf } from '../helpers/ports.js';
import {
  commandsAreProcesses,
  documentsOf,
  folderOfTheFile,
  rcluster,
  rclusterSucceeds,
  succeed,
} from '../helpers/run.js';

commandsAreProcesses();

const CLUSTER = 'bench-test';
const PORT = firstPortOf(import.meta.filename);
const MASTERS = [0, 1, 2].map((index) => ({ name: `node-${index + 1}`, port: PORT + index }));
const folder = folderOfTheFile();
const document = documentsOf(CLUSTER);
const bench = async (...args: readonly string[]) => document<BenchReport>('bench', ...args);

scene(CLUSTER);
beforeAll(async () => {
  // A master that is frozen for a second shall be that and nothing more.
  const size = ['--replicas', '0', '--base-port', `${PORT}`, '--node-timeout', '10000'];
  await rclusterSucceeds(['up', '-q', '-c', CLUSTER, ...size], { timeoutMs: 120_000 });
});

/** How often each master says that it has carried out a command, since the last time that somebody asked. */
async function callsOf(command: string): Promise<Record<string, number>> {
  const counts = MASTERS.map(async ({ name, port }) => {
    const client = new Redis({ port });
    const stats = await client.info('commandstats');
    await client.config('RESETSTAT');
    client.disconnect();
    const calls = new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1];
    return [name, Number(calls ?? 0)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

const LOAD: BenchLoad = {
  ...{ workload: 'set', mix: { set: 1 }, ops: null, durationMs: null, rate: null, warmUpMs: 0, seed: 1 },
  ...{ clients: 6, threads: 1, pipeline: 4, valueBytes: [10, 10], keyspace: 1000 },
  ...{ distribution: 'uniform', hashTags: false },
};

const okOf = ({ result }: BenchReport) => Object.fromEntries(result.nodes.map(({ name, ok }) => [name, ok]));

describe('what bench counts', () => {
  test('is what the nodes count', async () => {
    await callsOf('set');
    const flags = ['--pipeline', '7', '--distribution', 'zipf'];
    const report = await bench('--ops', '10000', '--warm-up', '0', ...flags);
    const { requests, failed, latency, errors } = report.result;
    expect({ requests, failed, errors, count: latency?.count }).toEqual({
      ...{ requests: 10_000, failed: 0, errors: [] },
      count: 10_000,
    });
    expect(await callsOf('set')).toEqual(okOf(report));
  });

  test('is what was asked of a file as well, and every key that is read is there', async () => {
    const file = join(folder, 'mine.yaml');
    await writeFile(file, 'mix: { get: 3, mget: 1, incr: 1 }\nvalueSize: 10-1kb\nkeyspace: 2000\n');
    const report = await bench('--workload', file, '--ops', '5000', '--warm-up', '0');
    const { requests, failed, misses, fill } = report.result;
    expect({ requests, failed, misses, keys: fill?.keys }).toEqual({
      ...{ requests: 5000, failed: 0, misses: 0, keys: 2000 },
    });
  });
});

test('a rate is kept while a node is frozen for a second, and no request that was due is forgotten', async () => {
  const [rate, seconds] = [3000, 2.5];
  const load = ['--rate', `${rate}`, '--duration', `${seconds}s`, '--warm-up', '300ms', '--clients', '10'];
  const command = new RunningCommand(['bench', '-c', CLUSTER, '--json', ...load]);
  await command.untilItSays('measuring');
  await delay(500);
  await succeed('docker', ['pause', `${CLUSTER}-node-2`]);
  await delay(1000);
  await succeed('docker', ['unpause', `${CLUSTER}-node-2`]);
  const { code, stdout, stderr } = await command.ended;
  expect(code, stderr).toBe(0);
  const { result } = JSON.parse(stdout) as BenchReport;
  expect(result.failed).toBe(0);
  expect(Math.abs(result.requests - rate * seconds)).toBeLessThan(rate * 0.1);
  expect(result.latency!.count).toBe(result.requests);
  const frozen = result.nodes.find(({ name }) => name === 'node-2')!.latency!;
  expect(frozen.max).toBeGreaterThanOrEqual(1000);
  // A third of what was due to it waited, each for what was left of the second: a tenth of all for 0.75 s or longer.
  expect(frozen.p90).toBeGreaterThan(500);
  for (const { name, latency } of result.nodes.filter((node) => node.name !== 'node-2'))
    expect(latency!.p90, name).toBeLessThan(300);
});

test('a run is held against an earlier one, and a worse one exits 1', async () => {
  const file = join(folder, 'before.json');
  const quick = ['bench', '-q', '-c', CLUSTER, '--ops', '3000', '--warm-up', '0'];
  await rclusterSucceeds([...quick, '--save', file]);
  const report = JSON.parse(await readFile(file, 'utf8')) as BenchReport;
  const better = {
    ...report,
    result: { ...report.result, opsPerSecond: report.result.opsPerSecond * 100 },
  };
  await writeFile(file, JSON.stringify(better));
  const { code, stdout } = await rcluster([...quick, '--against', file, '--tolerance', '50']);
  expect(code, stdout).toBe(1);
  expect(stdout).toMatch(/✗ worse than .*before\.json/);
});

test("the server's own tool is run beside it", async () => {
  const { peer } = await bench('--ops', '5000', '--warm-up', '0', '--engine', 'redis-benchmark');
  expect(peer!.tool).toMatch(/^(redis|valkey)-benchmark \d/);
  expect(peer!.opsPerSecond).toBeGreaterThan(0);
  expect(peer!.clientOverhead).toBeLessThan(1);
});

test('topologies are booted, measured beside each other, and taken down', async () => {
  const output = await rclusterSucceeds([
    ...['bench', '-q', '--json', '--compare', 'single,3', '--rounds', '1', '--runtime', 'process'],
    ...['--ops', '3000', '--warm-up', '0', '--html', join(folder, 'page.html')],
  ]);
  const { rows, verdict } = JSON.parse(output) as ScalingReport;
  expect(rows.map(({ topology, masters, failed }) => ({ topology, masters, failed }))).toEqual([
    { topology: 'single', masters: 1, failed: 0 },
    { topology: '3 masters', masters: 3, failed: 0 },
  ]);
  expect(verdict.why).not.toEqual([]);
  expect(await readFile(join(folder, 'page.html'), 'utf8')).toContain('This run cannot show scaling');
  const left = linesOf(await rclusterSucceeds(['ls'])).filter((line) => /^bench-[0-9a-f]{6}-/.test(line));
  expect(left).toEqual([]);
});

describe('a load that is wrong about who owns what', () => {
  let nodes: StatusReport['nodes'];
  beforeAll(async () => {
    ({ nodes } = await document<StatusReport>('status'));
  });
  const measured = async (ownerOf: (index: number) => number) => {
    const target = MASTERS.map(({ name, port }, index) => ({
      ...{ name, port, host: '127.0.0.1', role: 'master' as const },
      slots: nodes.find((node) => node.name === MASTERS[ownerOf(index)]!.name)!.slots,
    }));
    const load = { ...LOAD, ops: 4000, keyspace: 4000 };
    return measure({ nodes: target }, load, { emit: () => undefined, signal: undefined });
  };

  test('follows MOVED, and sends to the right node from then on', async () => {
    const { ok, failed, moved } = await measured((index) => (index + 1) % 3);
    expect({ ok, failed }).toEqual({ ok: 4000, failed: 0 });
    expect(moved).toBeGreaterThan(100);
    expect(moved).toBeLessThan(4000);
  });

  test('follows ASK while a slot is on its way, and asks the old owner again', async () => {
    const [from, to] = [new Redis({ port: PORT }), new Redis({ port: PORT + 1 })];
    await from.flushall();
    const ids = await Promise.all([from, to].map(async (node) => node.cluster('MYID')));
    for (let slot = 0; slot < 500; slot += 1) {
      await to.call('CLUSTER', 'SETSLOT', `${slot}`, 'IMPORTING', ids[0]!);
      await from.call('CLUSTER', 'SETSLOT', `${slot}`, 'MIGRATING', ids[1]!);
    }
    for (const node of [from, to]) node.disconnect();
    const { ok, failed, moved, asked } = await measured((index) => index);
    expect({ ok, failed, moved }).toEqual({ ok: 4000, failed: 0, moved: 0 });
    expect(asked).toBeGreaterThan(20);
  });
});
