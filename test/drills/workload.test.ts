import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';
import { beforeAll, describe, expect, test } from 'vitest';
import { Deadline } from '../../src/base/deadline.js';
import { startWorkload } from '../../src/drills/workload/start.js';
import type { Workload } from '../../src/drills/workload/workload.js';
import type { StatusReport } from '../../src/index.js';
import type { ProfileOutcome } from '../../src/reports/model.js';
import { scene, until } from '../helpers/cli-scene.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, rclusterSucceeds, succeed } from '../helpers/run.js';

const CLUSTER = 'drill-workload';
const PORT = firstPortOf(import.meta.filename);
const NO_FAULT_MS = 5_000;
/** For so long a machine that is short of time may keep a master from running. A failover takes longer. */
const STALL_MS = 400;
const LOAD = {
  rate: 1_500,
  clients: 1,
  readRatio: 0.2,
  valueBytes: 100,
  keys: 6_000,
  hashTags: false,
  waitReplicas: 0,
  seed: 7,
  profiles: ['default', 'tuned'],
};

const inCluster = documentsOf(CLUSTER);
const now = () => performance.timeOrigin + performance.now();
const waited = () => AbortSignal.timeout(20_000);

scene(CLUSTER);
beforeAll(async () => {
  // Without it a failed master takes the other shards along, which would say nothing about the load.
  const lenient = ['--set', 'cluster-require-full-coverage=no'];
  await rclusterSucceeds(['up', '-q', '-c', CLUSTER, '--base-port', `${PORT}`, ...lenient], {
    timeoutMs: 120_000,
  });
});

async function begin(): Promise<{ workload: Workload; status: StatusReport; masters: string[] }> {
  const status = await inCluster<StatusReport>('status');
  const shards = status.nodes
    .filter(({ role, slotCount }) => role === 'master' && slotCount > 0)
    .map(({ name, slots }) => ({ master: name, slots }));
  const endpoints = status.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  const workload = await startWorkload({ ...LOAD, shards, endpoints }, Deadline.after(10_000));
  return { workload, status, masters: shards.map(({ master }) => master) };
}

// ---- a second client, which is not ioredis

type Node = Awaited<ReturnType<typeof connect>>;

async function connect(port: number) {
  const client = createClient({
    socket: { host: '127.0.0.1', port, reconnectStrategy: false },
    disableOfflineQueue: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function loadKeysOn(node: Node): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of node.scanIterator({ MATCH: 'rcluster:load:*', COUNT: 1000 })) keys.push(...batch);
  return keys;
}

/** The moments of the acknowledged writes to one key on one node, and those only. */
class Beat {
  readonly successes: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(node: Node, key: string) {
    this.#timer = setInterval(() => {
      node.set(key, 'x', { EX: 60 }).then(
        () => this.successes.push(now()),
        () => undefined,
      );
    }, 2);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

const profile = (outcomes: readonly ProfileOutcome[], name: string) =>
  outcomes.find((outcome) => outcome.name === name)!;
const shard = (outcome: ProfileOutcome, master: string) =>
  outcome.shards.find((other) => other.master === master)!;

describe('a load of both profiles', () => {
  test('reports no outage, no error and no loss where there was no fault', async () => {
    const { workload, masters } = await begin();
    await delay(NO_FAULT_MS / 2);
    const middle = now();
    workload.enter('during');
    const first = await workload.firstWrite(masters[0]!, 'tuned', middle, waited());
    expect(first - middle).toBeGreaterThan(0);
    await delay(NO_FAULT_MS / 2);
    expect([...workload.glimpse.writable.keys()]).toEqual(masters);
    expect(workload.glimpse.errorsPerSecond).toBe(0);
    const outcomes = await workload.finish(middle);
    expect(outcomes.map(({ name }) => name)).toEqual(LOAD.profiles);
    for (const { writes, reads, outageMs, errors, shards, series, advice, ...outcome } of outcomes) {
      expect(writes).toMatchObject({ failed: 0, lost: 0, unacknowledgedPresent: 0, duplicated: 0 });
      expect(writes.acknowledged).toBe(writes.attempted);
      expect(writes.attempted + reads.attempted).toBeGreaterThan(
        (0.9 * (NO_FAULT_MS / 1000) * LOAD.rate) / 2,
      );
      expect(reads).toMatchObject({ failed: 0, stale: 0 });
      expect({ errors, advice }).toEqual({ errors: [], advice: [] });
      expect(outageMs).toBeLessThan(STALL_MS);
      expect(shards.map(({ master }) => master)).toEqual(masters);
      const answered = series.reduce((sum, { ok }) => sum + ok, 0);
      expect(answered).toBe(writes.attempted + reads.attempted);
      expect(outcome.latency.before!.count + outcome.latency.during!.count).toBe(answered);
      expect(outcome.latency.after).toBeNull();
      expect(outcome.schedulingDelayP99Ms).toBeGreaterThan(0);
    }
  });

  test('agrees with a second client on an outage and on what was lost, and leaves no key', async () => {
    const { workload, status, masters } = await begin();
    const [victim, survivor] = masters as [string, string];
    const portOf = (name: string) => status.nodes.find((node) => node.name === name)!.port;
    const replica = status.nodes.find(({ replicaOf }) => replicaOf === victim)!;
    const [before, after, surviving] = (await Promise.all(
      [portOf(victim), replica.port, portOf(survivor)].map(connect),
    )) as [Node, Node, Node];
    const [key = ''] = await loadKeysOn(before);
    const tag = /\{.*\}/.exec(key)![0];
    const beats = [new Beat(before, `second:${tag}`), new Beat(after, `second:${tag}`)];
    await delay(500);
    workload.enter('during');
    const injectedAt = now();
    await succeed('docker', ['kill', `${CLUSTER}-${victim}`]);
    // Whatever the victim still took was sent before its connection ended.
    await until('the victim to be gone', () => Promise.resolve(before.isReady ? undefined : true));
    const gone = now();
    const recovered = await workload.firstWrite(victim, 'tuned', gone, waited());
    await workload.firstWrite(victim, 'default', gone, waited());
    workload.enter('after');
    await delay(500);

    // The second client takes keys away, each with all that was acknowledged to it.
    const keys = (await loadKeysOn(surviving)).filter((name) => name.includes(':tuned:')).slice(0, 200);
    const taken = await Promise.all(keys.map((name) => surviving.getDel(name)));
    const lost = taken.reduce((sum, value) => sum + (Number.parseInt(value ?? '', 10) || 0), 0);
    for (const beat of beats) beat.stop();
    const outcomes = await workload.finish(injectedAt);

    const seen = beats[1]!.successes[0]! - beats[0]!.successes.at(-1)!;
    const tuned = profile(outcomes, 'tuned');
    const hit = shard(tuned, victim);
    console.log(
      `outage: second client ${seen.toFixed(0)} ms, tuned ${hit.outageMs.toFixed(0)} ms, ` +
        `default ${shard(profile(outcomes, 'default'), victim).outageMs.toFixed(0)} ms; ` +
        `scheduling delay p99 ${tuned.schedulingDelayP99Ms.toFixed(1)} ms`,
    );
    // What the load says of its own lateness is the limit of what it can claim on a machine that is short of time.
    // The second client is as late, and has no thread of its own.
    const late = 50 + 3 * tuned.schedulingDelayP99Ms;
    expect(Math.abs(hit.outageMs - seen)).toBeLessThan(late);
    // What was sent before the victim was gone, and again after it, may be acknowledged first.
    const behind = recovered - injectedAt - hit.firstWriteAtMs!;
    expect(behind).toBeGreaterThan(-0.1);
    expect(behind).toBeLessThan(late);
    expect(tuned.outageMs).toBe(hit.outageMs);
    expect(hit.outageMs).toBeGreaterThan(STALL_MS);
    for (const other of masters.filter((name) => name !== victim))
      expect(shard(tuned, other).outageMs).toBeLessThan(STALL_MS);
    expect(lost).toBeGreaterThan(0);
    expect(shard(tuned, survivor).writes).toMatchObject({ failed: 0, lost });

    expect([await loadKeysOn(surviving), await loadKeysOn(after)]).toEqual([[], []]);
    for (const client of [before, after, surviving]) client.destroy();
  });
});
