import { expect, test } from 'vitest';
import { announcedHost, hostOf, isLoopback } from '../../../src/config/announce.js';

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['192.168.1.4', false],
  ['redis.example', false],
  ['localhost.example', false],
])('%s is loopback: %s', (host, is) => expect(isLoopback(host)).toBe(is));

test('an address is what clients are told, and where this host looks', () => {
  const spec = { name: 'big', bind: '0.0.0.0', announce: '192.168.1.4' };
  expect([announcedHost(spec, 'node-2'), hostOf(spec)]).toEqual(['192.168.1.4', '192.168.1.4']);
});

test.each([
  ['127.0.0.2', '127.0.0.2'],
  ['0.0.0.0', '127.0.0.1'],
])('names in the network are for clients alone; bound to %s this host looks at %s', (bind, host) => {
  const spec = { name: 'big', bind, announce: 'network' };
  expect([announcedHost(spec, 'node-2'), hostOf(spec)]).toEqual(['big-node-2', host]);
});
