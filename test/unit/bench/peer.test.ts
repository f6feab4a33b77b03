import { expect, test } from 'vitest';
import { peerArguments, peerFigures, peerTool, requirePeerCan } from '../../../src/bench/peer.js';
import { thrownBy } from '../helpers/errors.js';
import { load } from './results.js';

test('redis-benchmark is asked for the same load', () => {
  const place = { host: '127.0.0.1', port: 7000, masters: 3, keys: 'slot-of-each-node' } as const;
  expect(peerArguments({ ...load, pipeline: 16 }, 5000, place).join(' ')).toBe(
    '-h 127.0.0.1 -p 7000 --cluster -t set -n 5000 -r 33334 -d 100 -c 50 --threads 2 -P 16 --csv',
  );
  const apart = peerArguments({ ...load, keyspace: 163_840 }, 5000, {
    ...place,
    keys: 'slot-of-each-pipeline',
  });
  expect(apart.join(' ')).toContain('--cluster -t set -n 5000 -r 10 ');
  expect(peerArguments(load, 5000, { ...place, masters: undefined }).join(' ')).toContain(
    '-t set -n 5000 -r 100000',
  );
});

test('its figures are read', () => {
  const output = [
    '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"',
    '"SET","57034.22","0.560","0.032","0.311","1.783","4.743","71.231"',
  ].join('\n');
  expect(peerFigures(output)).toEqual({
    opsPerSecond: 57_034.22,
    p50: 0.311,
    p99: 4.743,
    max: 71.231,
  });
  expect(thrownBy(() => peerFigures('Could not connect to server'))).toMatchObject({
    code: 'REDIS_ERROR',
    details: ['Could not connect to server'],
  });
});

test.each([
  ['redis-benchmark 7.0.15', 'slot-of-each-node'],
  ['redis-benchmark 7.2.4 (git:00000000)', 'slot-of-each-node'],
  ['redis-benchmark 7.4.0', 'slot-of-each-pipeline'],
  ['redis-benchmark 8.0.6', 'slot-of-each-pipeline'],
  ['valkey-benchmark 9.1.2', 'slot-of-each-pipeline'],
])('%s draws its keys from a %s', (text, keys) => {
  expect(peerTool(`${text}\n`)).toEqual({ name: text.split(' ').slice(0, 2).join(' '), keys });
});

test('a tool that tells no version is not guessed at', () => {
  expect(thrownBy(() => peerTool('no such file')).code).toBe('REDIS_ERROR');
});

test('what it cannot do is refused, all of it at once', () => {
  const asked = {
    ...load,
    mix: { get: 1, set: 1 },
    rate: 5000,
    distribution: 'zipf',
    valueBytes: [1, 9],
  } as const;
  const { code, details } = thrownBy(() => requirePeerCan(asked, true));
  expect([code, details.length]).toEqual(['CONFIG_INVALID', 5]);
  expect(() => requirePeerCan(load, false)).not.toThrow();
});
