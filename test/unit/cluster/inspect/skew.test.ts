import { describe, expect, test } from 'vitest';
import { judgeSkew, type MasterSample, type SampledKey } from '../../../../src/cluster/inspect/skew.js';
import { evenRanges, keySlot } from '../../../../src/cluster/slots.js';

const ranges = evenRanges(3);
const keysOf = (names: readonly string[], bytes: number): SampledKey[] =>
  names.map((name) => ({ key: Buffer.from(name), slot: keySlot(name), bytes }));

/** Masters that have these keys, all of them weighed. */
function mastersWith(keys: readonly SampledKey[]): MasterSample[] {
  return ranges.map((range, index) => {
    const sample = keys.filter(({ slot }) => range[0] <= slot && slot <= range[1]);
    const keysPerSlot = new Map<number, number>();
    for (const { slot } of sample) keysPerSlot.set(slot, (keysPerSlot.get(slot) ?? 0) + 1);
    const bytes = sample.reduce((sum, key) => sum + key.bytes, 0);
    const id = `id-${index + 1}`;
    return {
      ...{ id, name: `node-${index + 1}`, slots: [range], keysPerSlot, sample },
      ...{ memoryBytes: bytes + 1_000_000, opsPerSecond: 10 },
    };
  });
}

const plain = keysOf(
  Array.from({ length: 3000 }, (_, index) => `key:${index}`),
  100,
);

describe('skew', () => {
  test('of keys that are spread evenly is none', () => {
    const { heavySlots, fullest, weights } = judgeSkew(mastersWith(plain), 'memory');
    expect(heavySlots).toEqual([]);
    expect(fullest!.times).toBeLessThan(1.1);
    expect(weights).toBeUndefined();
  });

  test('of a tag names the tag', () => {
    const tagged = keysOf(
      Array.from({ length: 500 }, (_, index) => `{shop}:${index}`),
      100,
    );
    const { heavySlots } = judgeSkew(mastersWith([...plain, ...tagged]), 'keys');
    expect(heavySlots).toMatchObject([{ slot: keySlot('{shop}'), culprit: { kind: 'tag', keys: 500 } }]);
  });

  test('of a large key names the key', () => {
    const { heavySlots, fullest } = judgeSkew(
      mastersWith([...plain, ...keysOf(['huge'], 300_000)]),
      'memory',
    );
    expect(heavySlots).toMatchObject([{ slot: keySlot('huge'), share: 0.5, culprit: { kind: 'key' } }]);
    expect(fullest!.times).toBeGreaterThan(1.9);
  });

  test('of keys that were not weighed goes by those that were', () => {
    const [first, ...others] = mastersWith(plain);
    const half = { ...first!, sample: first!.sample.slice(0, 500) };
    const { masters } = judgeSkew([half, ...others], 'memory');
    expect(masters[0]!.dataBytes.amount).toBe(first!.sample.length * 100);
  });

  test('of nothing is nothing', () => {
    const { fullest, heavySlots, weights } = judgeSkew(mastersWith([]), 'memory');
    expect([fullest, heavySlots, weights]).toEqual([undefined, [], undefined]);
  });
});
