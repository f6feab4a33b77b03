import { describe, expect, test } from 'vitest';
import { clusterInfo, info, migrate, moveKeys, ping, time } from '../../../../src/redis/commands/index.js';
import { thrownBy } from '../../helpers/errors.js';

const lines = (...text: string[]) => `${text.join('\r\n')}\r\n`;

describe('CLUSTER INFO', () => {
  const reply = lines(
    'cluster_state:ok',
    'cluster_slots_assigned:16384',
    'cluster_slots_ok:16384',
    'cluster_slots_pfail:0',
    'cluster_slots_fail:0',
    'cluster_known_nodes:6',
    'cluster_size:3',
    'cluster_current_epoch:7',
    'cluster_my_epoch:1',
  );

  test('is decoded', () => {
    expect(clusterInfo().decode(reply)).toEqual({
      ok: true,
      slotsAssigned: 16_384,
      knownNodes: 6,
      currentEpoch: 7,
    });
  });

  test('of a node that does not serve is not ok', () => {
    expect(clusterInfo().decode(reply.replace('cluster_state:ok', 'cluster_state:fail')).ok).toBe(false);
  });

  test('without a field counts none', () => {
    expect(clusterInfo().decode('')).toEqual({ ok: false, slotsAssigned: 0, knownNodes: 0, currentEpoch: 0 });
  });
});

describe('INFO', () => {
  const replica = lines(
    '# Server',
    'redis_version:7.0.15',
    'executable:/data/redis-server',
    '',
    '# Persistence',
    'loading:0',
    'async_loading:0',
    '',
    '# Memory',
    'used_memory:1853464',
    'used_memory_human:1.77M',
    'mem_not_counted_for_evict:464',
    '',
    '# Replication',
    'role:slave',
    'master_host:172.30.0.11',
    'master_link_status:up',
    'slave_repl_offset:4711',
    '',
    '# Keyspace',
    'db0:keys=12,expires=3,avg_ttl=0',
  );
  const decoded = (find: string, replacement: string) => info().decode(replica.replace(find, replacement));

  test('is decoded', () => {
    expect(info().decode(replica)).toEqual({
      version: '7.0.15',
      loading: false,
      memoryBytes: 1_853_464,
      countedBytes: 1_853_000,
      role: 'replica',
      masterLinkUp: true,
      keys: 12,
      replicationOffset: 4711,
    });
  });

  test.each(['loading', 'async_loading'])('%s:1 means that it loads', (field) => {
    expect(decoded(`${field}:0`, `${field}:1`).loading).toBe(true);
  });

  test('knows a master', () => expect(decoded('role:slave', 'role:master').role).toBe('master'));

  test('knows a link that is down', () => {
    expect(decoded('master_link_status:up', 'master_link_status:down').masterLinkUp).toBe(false);
  });

  test('counts no keys when there is no line for them', () => {
    expect(decoded('db0:keys=12,expires=3,avg_ttl=0\r\n', '').keys).toBe(0);
  });

  test('tells Valkey by its own version, not by the one that it poses as', () => {
    expect(
      decoded('redis_version:7.0.15', 'redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.0.1')
        .version,
    ).toBe('9.0.1');
  });
});

describe('TIME', () => {
  test('is told in milliseconds', () => {
    expect(time().decode(['1700000000', '123456'])).toBeCloseTo(1_700_000_000_123.456, 3);
  });

  test('of another shape is an error', () => {
    expect(thrownBy(() => time().decode('soon')).code).toBe('REDIS_ERROR');
  });
});

describe('MIGRATE', () => {
  const keys = [Buffer.from('a'), Buffer.from([0xff])];
  const command = migrate({ host: '172.30.0.12', port: 7001 }, keys, 5000);

  test('moves the keys as they are, and replaces what an interrupted one left', () => {
    expect(command.args).toEqual(['MIGRATE', '172.30.0.12', 7001, '', 0, 5000, 'REPLACE', 'KEYS', ...keys]);
  });

  test.each(['OK', 'NOKEY'] as const)('answers %s', (reply) => expect(command.decode(reply)).toBe(reply));
});

describe('a turn of moving keys', () => {
  const command = moveKeys({ host: '172.30.0.12', port: 7001 }, [5, 6], {
    limits: { keys: 10, bytes: 1000 },
    hugeBytes: 500,
    timeoutMs: 5000,
  });

  test('says what it has moved', () => {
    expect(command.decode([12, 3400, 2, Buffer.from('')])).toEqual({
      ...{ keys: 12, bytes: 3400, slotsDone: 2 },
      ...{ error: undefined, huge: undefined },
    });
  });

  test('says why it stopped', () => {
    expect(command.decode([1, 10, 0, Buffer.from('IOERR error or timeout')])).toMatchObject({
      keys: 1,
      error: 'IOERR error or timeout',
    });
  });

  test('names a key that it left alone', () => {
    const key = Buffer.from([0xff]);
    expect(command.decode([0, 0, 1, Buffer.from(''), key, 9000])).toMatchObject({
      huge: { key, bytes: 9000 },
    });
  });
});

test('PING answers PONG', () => {
  expect(ping().args).toEqual(['PING']);
  expect(ping().decode('PONG')).toBe('PONG');
});
