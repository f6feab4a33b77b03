import { expect, test } from 'vitest';
import { Buckets } from '../../../../src/bench/load/buckets.js';
import { commandSet } from '../../../../src/bench/load/commands.js';
import { randomFrom, sequential } from '../../../../src/bench/load/draw.js';
import { redirectionIn, Route, isPassing } from '../../../../src/bench/load/route.js';

const node = (name: string, port: number, first: number, last: number) => ({
  ...{ name, port, host: '10.0.0.1' },
  slots: [[first, last] as const],
});
const nodes = [node('node-1', 7000, 0, 5460), node('node-2', 7001, 5461, 16_383)];
const commands = commandSet({
  mix: { set: 1 },
  keyspace: 1000,
  keysPerTag: undefined,
  valueBytes: [3, 3],
  random: randomFrom(1),
});

test('a pipeline holds commands of one node, and what was drawn is sent', () => {
  const route = new Route(nodes);
  const buckets = new Buckets(commands, sequential(1000, 0, 1), route);
  const sent: number[] = [];
  for (;;) {
    const drawn = buckets.next(16);
    if (drawn === undefined) break;
    expect(drawn.commands.length).toBeLessThanOrEqual(16);
    for (const number of drawn.numbers) expect(route.owner(commands.slot('set', number))).toBe(drawn.node);
    sent.push(...drawn.numbers);
  }
  expect(sent.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, number) => number));
});

test('a route follows what nodes say', () => {
  const route = new Route(nodes);
  expect(route.owner(100)).toBe(0);
  route.moved(100, route.nodeAt(7001)!);
  expect([route.owner(100), route.owner(101), route.nodeAt(7009)]).toEqual([1, 0, undefined]);
});

test.each([
  ['MOVED 5474 127.0.0.1:7001', { kind: 'MOVED', slot: 5474, port: 7001 }],
  ['ASK 0 host.name:7002', { kind: 'ASK', slot: 0, port: 7002 }],
  ['ERR no such thing', undefined],
])('%s', (text, redirection) => {
  expect(redirectionIn(text)).toEqual(redirection);
});

test('some errors pass by themselves', () => {
  expect(isPassing('TRYAGAIN Multiple keys request during rehashing of slot')).toBe(true);
  expect(isPassing('CLUSTERDOWN The cluster is down')).toBe(true);
  expect(isPassing("OOM command not allowed when used memory > 'maxmemory'.")).toBe(false);
});
