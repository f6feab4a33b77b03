import { describe, expect, test, vi } from 'vitest';
import {
  LoadGenerator,
  NEVER_SENT,
  NO_ANSWER,
  TOO_FEW_REPLICAS,
  type LoadConnection,
} from '../../../../src/drills/workload/generator.js';
import { numberIn, valueOf } from '../../../../src/drills/workload/values.js';
import type { LoadKey } from '../../../../src/drills/workload/keyspace.js';
import { readBack } from '../../../../src/drills/workload/read-back.js';
import { Deadline } from '../../../../src/base/deadline.js';

/** A server in memory: it answers at once, refuses, or says nothing. */
class Server implements LoadConnection {
  readonly values = new Map<string, string>();
  mood: 'answers' | 'refuses' | 'silent' = 'answers';
  replicas = 0;

  async write(key: string, value: string) {
    await this.#inTheMood();
    const found = this.values.get(key) ?? null;
    this.values.set(key, value);
    return { found, replicas: this.replicas };
  }

  async increment(key: string) {
    await this.#inTheMood();
    const found = numberIn(this.values.get(key) ?? null) + 1;
    this.values.set(key, `${found}`);
    return { found, replicas: this.replicas };
  }

  async renew() {
    await this.#inTheMood();
  }

  async read(key: string) {
    await this.#inTheMood();
    return this.values.get(key) ?? '';
  }

  async remove(key: string) {
    await this.#inTheMood();
    this.values.delete(key);
  }

  async #inTheMood(): Promise<void> {
    if (this.mood === 'silent') await new Promise(() => undefined);
    if (this.mood === 'refuses') throw new Error('no');
  }
}

const KEYS: readonly LoadKey[] = [
  { name: 'a', kind: 'register' },
  { name: 'b', kind: 'counter' },
  { name: 'c', kind: 'register' },
];

/** A write every 10 ms and a read every 50, on a clock that is set by hand. */
function load(server: Server, waitReplicas = 0) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const generator = new LoadGenerator({
    streams: [
      { shard: 0, isRead: false, periodMs: 10, offsetMs: 0 },
      { shard: 0, isRead: true, periodMs: 50, offsetMs: 5 },
    ],
    keys: [KEYS],
    clients: [server],
    valueBytes: 8,
    waitReplicas,
    lifetimeSeconds: 600,
    outageFloorMs: 100,
    clock: () => performance.now(),
    startedAt: performance.now(),
    onWrite: () => undefined,
  });
  generator.start();
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const finish = async () => {
    await generator.stop(() => Promise.resolve());
    vi.useRealTimers();
    server.mood = 'answers';
    const [{ tally, watch, entries }] = generator.shards as [(typeof generator.shards)[number]];
    expect(await readBack(entries, server, Deadline.after(1000))).toEqual([]);
    return {
      writes: tally.writes,
      reads: tally.reads,
      outage: watch.longestAfter(0),
      errors: generator.errors.list(),
      generator,
    };
  };
  return { pass, finish };
}

describe('a load', () => {
  test('sends at its rate, loses nothing, and removes its keys', async () => {
    const server = new Server();
    const { pass, finish } = load(server);
    await pass(1000);
    expect(server.values.get('a')).toMatch(/^\d+:x+$/);
    const { writes, reads, outage, errors, generator } = await finish();
    expect(writes.attempted).toBeGreaterThanOrEqual(100);
    expect(writes.attempted).toBeLessThanOrEqual(101);
    expect(writes).toEqual({ ...writes, acknowledged: writes.attempted, failed: 0, lost: 0, duplicated: 0 });
    expect(reads).toEqual({ attempted: 20, failed: 0, stale: 0 });
    expect([outage, errors, [...server.values]]).toEqual([undefined, [], []]);
    expect(generator.delays.percentile(99)).toBeLessThanOrEqual(1);
  });

  test('does not hide what a silent server delays', async () => {
    const server = new Server();
    const { pass, finish } = load(server);
    await pass(200);
    server.mood = 'silent';
    await pass(800);
    const { writes, errors, outage } = await finish();
    const counts = Object.fromEntries(errors.map(({ message, count }) => [message, count]));
    // Three keys wait for the answer to a write and three for that to a read; whatever came after could not be sent.
    expect(counts[NO_ANSWER]).toBe(6);
    expect(counts[NEVER_SENT]).toBeGreaterThan(80);
    expect(writes.attempted).toBeGreaterThanOrEqual(100);
    expect(writes.attempted).toBe(writes.acknowledged + writes.failed);
    expect(outage?.to).toBeNull();
    expect(outage?.lengthMs).toBeGreaterThan(780);
  });

  test('sees an outage from the last success to the first', async () => {
    const server = new Server();
    const { pass, finish } = load(server);
    await pass(300);
    server.mood = 'refuses';
    await pass(500);
    server.mood = 'answers';
    await pass(200);
    const { writes, outage, errors } = await finish();
    expect(outage?.lengthMs).toBeGreaterThan(490);
    expect(outage?.lengthMs).toBeLessThan(530);
    expect(errors).toEqual([{ message: 'no', count: writes.failed + 10 }]);
  });

  test('counts what a server forgets', async () => {
    const server = new Server();
    const { pass, finish } = load(server);
    await pass(600);
    const forgotten = [...server.values.values()].reduce((sum, value) => sum + numberIn(value), 0);
    server.values.clear();
    await pass(400);
    const { writes, reads } = await finish();
    expect(forgotten).toBeGreaterThan(50);
    expect(writes.lost).toBe(forgotten);
    expect(reads.stale).toBeLessThanOrEqual(3);
  });

  test('takes a write that too few replicas have for failed, and finds it', async () => {
    const server = new Server();
    const { pass, finish } = load(server, 1);
    await pass(300);
    const { writes, errors } = await finish();
    expect(errors).toEqual([{ message: TOO_FEW_REPLICAS, count: writes.attempted }]);
    expect(writes).toMatchObject({ acknowledged: 0, lost: 0, unacknowledgedPresent: writes.failed });
  });
});

test('a value is as long as asked for, and says its number', () => {
  expect(valueOf(12, 8)).toBe('12:xxxxx');
  expect([numberIn('12:xxxxx'), numberIn('7'), numberIn(''), numberIn(null)]).toEqual([12, 7, 0, 0]);
});
