import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LABEL, nodeLabels, specOfLabels } from '../../../src/config/labels.js';
import { nodeSpec } from '../../../src/config/types.js';
import { clusterSpec } from '../helpers/specs.js';
import { thrownBy } from '../helpers/errors.js';

const spec = clusterSpec({ name: 'big', subnet: '10.1.2.0/24' });

test('a node is labelled with its cluster, its number and its port', () => {
  expect(nodeLabels(spec, nodeSpec(spec, 2))).toMatchObject({
    'rcluster.cluster': 'big',
    'rcluster.node': '2',
    'rcluster.port': '7001',
  });
});

test('a specification comes back from the labels as it went in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), fc.string(), (set, announce) => {
      const original = clusterSpec({ set: { ...set }, announce });
      expect(specOfLabels('big', nodeLabels(original, nodeSpec(original, 1)))).toEqual(original);
    }),
  );
});

describe('labels that this version cannot read', () => {
  test.each([
    ['none', {}],
    ['no JSON', { [LABEL.spec]: '{' }],
    ['no specification', { [LABEL.spec]: '7' }],
    ['null', { [LABEL.spec]: 'null' }],
    ['a newer version', { [LABEL.spec]: JSON.stringify({ ...spec, version: 2 }) }],
  ])('%s: an error that names the cluster', (_, labels) => {
    expect(thrownBy(() => specOfLabels('big', labels))).toMatchObject({
      code: 'ENGINE_ERROR',
      message: 'cluster "big" has labels that this version cannot read',
      hint: 'docker ps -a --filter label=rcluster.cluster=big shows its containers',
    });
  });
});
