import { Cluster, Redis } from 'ioredis';
import { createCluster as createNodeRedis } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keySlot, SLOT_COUNT } from '../../src/cluster/slots.js';
import { openClusterClient } from '../../src/redis/cluster-client.js';
import { firstPortOf } from '../helpers/ports.js';
import { rcluster, rclusterSucceeds, succeed } from '../helpers/run.js';

const NAME = 'cl-a';
const PORT = firstPortOf(import.meta.filename);
/** One key in each third of the slots, so that every client has to follow a redirection. */
const KEYS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa'];

/** How often a node has answered ASK. */
async function refusalsOf(node: Redis): Promise<number> {
  return Number(/errorstat_ASK:count=(\d+)/.exec(await node.info('errorstats'))?.[1] ?? 0);
}

beforeAll(async () => {
  await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT)]);
  expect(new Set(KEYS.map((key) => Math.floor((keySlot(key) * 3) / 16_384))).size).toBe(3);
});

afterAll(async () => {
  await rcluster(['down', '-q', '-c', NAME]);
});

describe('clients on the host follow every redirection with no mapping', () => {
  it('ioredis', async () => {
    const client = new Cluster([{ host: '127.0.0.1', port: PORT + 4 }]);
    for (const key of KEYS) await client.set(key, 'ioredis');
    expect(await Promise.all(KEYS.map((key) => client.get(key)))).toEqual(KEYS.map(() => 'ioredis'));
    client.disconnect();
  });

  it('node-redis', async () => {
    const client = createNodeRedis({ rootNodes: [{ url: `redis://127.0.0.1:${PORT + 1}` }] });
    await client.connect();
    for (const key of KEYS) await client.set(key, 'node-redis');
    expect(await Promise.all(KEYS.map((key) => client.get(key)))).toEqual(KEYS.map(() => 'node-redis'));
    client.destroy();
  });

  it('redis-cli -c', async () => {
    for (const key of KEYS) {
      expect(await succeed('redis-cli', ['-c', '-p', String(PORT + 2), 'set', key, 'cli'])).toBe('OK\n');
    }
    for (const key of KEYS)
      expect(await succeed('redis-cli', ['-c', '-p', String(PORT), 'get', key])).toBe('cli\n');
  });

  it('the snippets of connect name every address as it is', async () => {
    const text = await rclusterSucceeds(['connect', '-c', NAME]);
    for (const client of ['redis-cli', 'ioredis', 'node-redis', 'redis-py', 'go-redis', 'jedis'])
      expect(text).toContain(client);
    expect(text).toContain(`redis-cli -c -h 127.0.0.1 -p ${PORT}`);
    expect(text).not.toContain('{{');
  });
});

it('a client of ours outlives a migration’s target that goes away with an ASKING in flight', async () => {
  const key = KEYS.find((candidate) => keySlot(candidate) * 3 < SLOT_COUNT) ?? '';
  const [source, target] = [new Redis({ port: PORT }), new Redis({ port: PORT + 1 })];
  const [from, to] = [await source.call('CLUSTER', 'MYID'), await target.call('CLUSTER', 'MYID')];
  await source.del(key);
  await target.call('CLUSTER', 'SETSLOT', String(keySlot(key)), 'IMPORTING', String(from));
  await source.call('CLUSTER', 'SETSLOT', String(keySlot(key)), 'MIGRATING', String(to));
  target.disconnect();

  const client = openClusterClient([{ host: '127.0.0.1', port: PORT }]);
  await client.set(key, 'through the target');
  await succeed('docker', ['pause', `${NAME}-node-2`]);
  const before = await refusalsOf(source);
  const unanswered = client.set(key, 'never answered');
  unanswered.catch(() => undefined);
  // Once the source has refused it, ASKING and the command are on their way to the target.
  await vi.waitFor(async () => expect(await refusalsOf(source)).toBeGreaterThan(before), { timeout: 20_000 });
  // An unhandled rejection fails the run.
  await succeed('docker', ['kill', `${NAME}-node-2`]);
  await source.call('CLUSTER', 'SETSLOT', String(keySlot(key)), 'STABLE');
  // Its client tries again until the slot is settled.
  await Promise.allSettled([unanswered]);
  await client.set(key, 'at home');
  expect(await source.get(key)).toBe('at home');
  for (const each of [client, source]) each.disconnect();
});
