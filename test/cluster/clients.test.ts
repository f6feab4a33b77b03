import { Cluster } from 'ioredis';
import { createCluster as createNodeRedis } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keySlot } from '../../src/index.js';
import { rcluster, rclusterSucceeds, succeed } from '../helpers/run.js';

const NAME = 'cl-a';
const PORT = 8200;
/** One key in each third of the slots, so that every client has to follow a redirection. */
const KEYS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa'];

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
