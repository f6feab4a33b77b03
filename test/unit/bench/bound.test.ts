import { describe, expect, test } from 'vitest';
import { boundOf, type Strain } from '../../../src/bench/bound.js';

const calm: Strain = {
  cores: 8,
  busy: 0.3,
  nodes: [
    { name: 'node-1', cores: 0.4 },
    { name: 'node-2', cores: 0.5 },
  ],
  threads: [0.3, 0.4],
  loadCores: 0.7,
  network: [{ name: 'eth0', bytesPerSecond: 125_000_000, share: 0.6 }],
  rate: null,
  opsPerSecond: 90_000,
};

describe('what kept the figure from being higher', () => {
  test.each<[string, Partial<Strain>, string, RegExp]>([
    [
      'the cores, although the load seems to be',
      { busy: 0.96, threads: [1, 1] },
      'cores',
      /all 8 cores .*\(96 %\)/,
    ],
    ['a node', { nodes: [{ name: 'node-2', cores: 0.98 }] }, 'node', /node-2 was busy \(98 % of a core/],
    [
      'the network',
      { network: [{ name: 'eth1', bytesPerSecond: 125_000_000, share: 0.93 }], threads: [0.95] },
      'network',
      /eth1 carried 93 % of its 1000 Mbit/,
    ],
    ['the load', { threads: [0.2, 0.95] }, 'load', /95 % of the time.*--threads/],
    ['the clients', {}, 'clients', /waited for answers/],
    ['the rate, when it was kept', { rate: 90_000, busy: 1 }, 'rate', /was kept/],
    ['the cores, when the rate was not kept', { rate: 190_000, busy: 1 }, 'cores', /cores/],
  ])('%s', (_, strain, by, why) => {
    const bound = boundOf({ ...calm, ...strain });
    expect(bound.by).toBe(by);
    expect(bound.why).toMatch(why);
  });
});
