import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ruleProblems } from '../../../src/config/rules.js';
import { upSchema } from '../../../src/config/schema.js';
import { candidateSubnets, defaultSubnet, freeSubnets, nodeAddress } from '../../../src/config/subnets.js';

const valueOf = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
const addressOf = (value: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** First and last address of a subnet, by arithmetic alone. */
function boundsOf(cidr: string): [first: number, last: number] {
  const [address = '', prefix = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(valueOf(address) / size) * size;
  return [first, first + size - 1];
}

function overlap(a: string, b: string): boolean {
  const [[firstA, lastA], [firstB, lastB]] = [boundsOf(a), boundsOf(b)];
  return firstA <= lastB && firstB <= lastA;
}

/** Subnets around the candidates, of any size and with any host bits, and some far away. */
const subnet = fc
  .tuple(
    fc.oneof(fc.integer({ min: valueOf('172.29.0.0'), max: valueOf('172.32.255.255') }), fc.nat(2 ** 31 - 1)),
    fc.integer({ min: 8, max: 32 }),
  )
  .map(([value, prefix]) => `${addressOf(value - (value % 2 ** (32 - prefix)))}/${prefix}`);
const taken = fc.array(subnet, { maxLength: 20 });
const nodeCount = fc.integer({ min: 1, max: 1000 });

describe('candidateSubnets', () => {
  test('are small ones of 172.30.0.0/15 for a usual cluster', () => {
    const candidates = candidateSubnets(6);
    expect(candidates).toHaveLength(512);
    expect(candidates[0]).toBe('172.30.0.0/24');
    expect(candidates.at(-1)).toBe('172.31.255.0/24');
  });

  test('are wider for a large cluster', () => {
    expect(candidateSubnets(201).slice(0, 2)).toEqual(['172.30.0.0/22', '172.30.4.0/22']);
  });

  test.each([6, 201])('do not meet each other (%i nodes)', (nodes) => {
    const bounds = candidateSubnets(nodes).map(boundsOf);
    bounds.slice(1).forEach(([first], index) => expect(first).toBe(bounds[index]![1] + 1));
  });
});

describe('freeSubnets', () => {
  test('never meet a taken one', () => {
    fc.assert(
      fc.property(taken, nodeCount, (cidrs, nodes) => {
        const free = freeSubnets(candidateSubnets(nodes), cidrs);
        expect(free.filter((candidate) => cidrs.some((cidr) => overlap(candidate, cidr)))).toEqual([]);
      }),
    );
  });

  test('are all that meet none', () => {
    fc.assert(
      fc.property(taken, (cidrs) => {
        const expected = candidateSubnets(6).filter(
          (candidate) => !cidrs.some((cidr) => overlap(candidate, cidr)),
        );
        expect(freeSubnets(candidateSubnets(6), cidrs)).toEqual(expected);
      }),
    );
  });

  test('skip a candidate inside a wider network, and one that holds a narrower', () => {
    expect(freeSubnets(['10.1.0.0/24', '10.2.0.0/24'], ['10.1.0.0/16'])).toEqual(['10.2.0.0/24']);
    expect(freeSubnets(['10.1.0.0/24', '10.2.0.0/24'], ['10.1.0.9/32'])).toEqual(['10.2.0.0/24']);
  });

  test('do not mind IPv6 and what is malformed', () => {
    expect(freeSubnets(['10.1.0.0/24'], ['fd00::/64', '::/0', 'x', '', '10.1.0.0'])).toEqual(['10.1.0.0/24']);
  });
});

describe('nodeAddress', () => {
  test('of the first node is .11', () => expect(nodeAddress('172.30.7.0/24', 1)).toBe('172.30.7.11'));

  test('carries over into the next byte', () =>
    expect(nodeAddress('172.30.4.0/22', 300)).toBe('172.30.5.54'));

  test('counts from the network, not from the host that the subnet is written with', () => {
    expect(nodeAddress('172.30.7.99/24', 1)).toBe('172.30.7.11');
  });

  test('lies inside the subnet and is each node’s own', () => {
    fc.assert(
      fc.property(nodeCount, fc.nat(511), (nodes, pick) => {
        const candidates = candidateSubnets(nodes);
        const cidr = candidates[pick % candidates.length]!;
        const [first, last] = boundsOf(cidr);
        const values = Array.from({ length: nodes }, (_, index) => valueOf(nodeAddress(cidr, index + 1)));
        expect(Math.min(...values)).toBeGreaterThan(first + 1);
        expect(Math.max(...values)).toBeLessThan(last);
        expect(new Set(values).size).toBe(nodes);
      }),
    );
  });

  test('lies inside a subnet that the rules let pass', () => {
    fc.assert(
      fc.property(subnet, fc.integer({ min: 3, max: 60 }), (cidr, masters) => {
        const options = upSchema.parse({ subnet: cidr, masters, replicas: 0 });
        fc.pre(ruleProblems(options).length === 0);
        const [first, last] = boundsOf(cidr);
        const value = valueOf(nodeAddress(cidr, masters));
        expect(value).toBeGreaterThan(first);
        expect(value).toBeLessThan(last);
      }),
    );
  });
});

describe('defaultSubnet', () => {
  test('is a candidate, and always the same for a name', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 3, max: 300 }), (name, masters) => {
        const chosen = defaultSubnet({ name, masters, replicas: 0 });
        expect(candidateSubnets(masters)).toContain(chosen);
        expect(defaultSubnet({ name, masters, replicas: 0 })).toBe(chosen);
      }),
    );
  });

  test('differs between names, most likely', () => {
    const names = Array.from({ length: 20 }, (_, index) => `cluster-${index}`);
    const chosen = names.map((name) => defaultSubnet({ name, masters: 3, replicas: 1 }));
    expect(new Set(chosen).size).toBeGreaterThan(15);
  });
});
