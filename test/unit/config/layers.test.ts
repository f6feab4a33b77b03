import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layerOf, merge, optionsOf, withOrigin, type Layer } from '../../../src/config/layers.js';
import { nameOf } from '../../../src/config/vocabulary.js';

const layer = (options: Record<string, unknown>, origin: string): Layer => layerOf(options, () => origin);

const anyName = fc.constantFrom('masters', 'image', 'anyPort', 'set.hz', 'set.save', 'nodes.node-2');
const anyLayer: fc.Arbitrary<Layer> = fc
  .tuple(fc.dictionary(anyName, fc.integer()), fc.string())
  .map(
    ([values, origin]) => new Map(Object.entries(values).map(([name, value]) => [name, { value, origin }])),
  );
const anyLayers = fc.array(anyLayer, { maxLength: 5 });

describe('layers merged:', () => {
  test('each option is that of the first layer that has it, and none is lost or made up', () => {
    fc.assert(
      fc.property(anyLayers, (layers) => {
        const merged = merge(layers);
        const names = new Set(layers.flatMap((each) => [...each.keys()]));
        expect(new Set(merged.keys())).toEqual(names);
        for (const [name, given] of merged)
          expect(given).toBe(layers.find((each) => each.has(name))?.get(name));
      }),
    );
  });

  test('it does not matter which are merged first', () => {
    fc.assert(
      fc.property(anyLayers, anyLayers, (above, below) => {
        expect(merge([merge(above), merge(below)])).toEqual(merge([...above, ...below]));
      }),
    );
  });

  test('single settings are overridden, the others stay', () => {
    const merged = merge([
      layer({ set: ['hz=50'] }, 'flag'),
      layer({ set: { hz: '10', save: '' }, nodes: { 'node-1': { set: {} } } }, 'rcluster.yaml:3'),
    ]);
    expect(optionsOf(merged)).toEqual({ set: { hz: '50', save: '' }, nodes: { 'node-1': { set: {} } } });
    expect(merged.get('set.save')?.origin).toBe('rcluster.yaml:3');
  });

  test('what a layer says takes away from those below what cannot be given with it', () => {
    const merged = merge(
      [layer({ ops: '9' }, 'flag'), layer({ duration: '5s', rate: 3 }, 'rcluster.yaml:3')],
      [['duration', 'ops']],
    );
    expect(optionsOf(merged)).toEqual({ ops: '9', rate: 3 });
  });

  test('settings that are malformed are left to whoever reads them', () => {
    const merged = merge([layer({ set: ['hz'] }, 'flag'), layer({ set: { hz: '1' } }, 'rcluster.yaml:3')]);
    expect(optionsOf(merged)).toEqual({ set: ['hz'] });
  });
});

test.each([
  ['--base-port x: must be a port', '--base-port x: must be a port [RCLUSTER_BASE_PORT]'],
  ['--set: port cannot be set', '--set: port cannot be set [rcluster.yaml:7]'],
  ['nodes: node-1 has more', 'nodes: node-1 has more [rcluster.yaml:9]'],
  ['--masters 2: too few', '--masters 2: too few'],
  ['--replicas 2: too many', '--replicas 2: too many'],
  ['no cluster', 'no cluster'],
])('%s', (line, expected) => {
  const values: Layer = new Map([
    ['basePort', { value: 'x', origin: 'RCLUSTER_BASE_PORT' }],
    ['set.port', { value: '7', origin: 'rcluster.yaml:7' }],
    ['nodes.node-1', { value: {}, origin: 'rcluster.yaml:9' }],
    ['masters', { value: '2', origin: 'flag' }],
  ]);
  expect(withOrigin(line, values, nameOf)).toBe(expected);
});
