import { expect, test } from 'vitest';
import { peerArguments, peerFigures, requirePeerCan } from '../../../src/bench/peer.js';
import { thrownBy } from '../helpers/errors.js';
import { load } from './results.js';

test('redis-benchmark is asked for the same load', () => {
  const place = { host: '127.0.0.1', port: 7000, isCluster: true };
  expect(peerArguments({ ...load, pipeline: 16 }, 5000, place).join(' ')).toBe(
    '-h 127.0.0.1 -p 7000 --cluster -t set -n 5000 -r 7 -d 100 -c 50 --threads 2 -P 16 --csv',
  );
  expect(peerArguments(load, 5000, { ...place, isCluster: false }).join(' ')).toContain(
    '-t set -n 5000 -r 100000',
  );
});

test('its figures are read', () => {
  const output = [
    'redis-benchmark 7.0.15',
    '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"',
    '"SET","57034.22","0.560","0.032","0.311","1.783","4.743","71.231"',
  ].join('\n');
  expect(peerFigures(output)).toEqual({
    tool: 'redis-benchmark 7.0.15',
    opsPerSecond: 57_034.22,
    p50: 0.311,
    p99: 4.743,
    max: 71.231,
  });
  expect(peerFigures('Could not connect to server')).toBeUndefined();
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
