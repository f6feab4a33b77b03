import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LABEL, nodeLabels, nodeOfLabels, specOfLabels } from '../../../src/config/labels.js';
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

const setting = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\0]/.test(text));

test('a specification comes back from the labels as it went in', () => {
  fc.assert(
    fc.property(fc.dictionary(setting, value), fc.domain(), (set, announce) => {
      const original = clusterSpec({ name: 'big', set: { ...set }, announce });
      expect(specOfLabels('big', nodeLabels(original, nodeSpec(original, 1)))).toEqual(original);
    }),
  );
});

test('a specification of a version that knew no settings of single nodes has none', () => {
  const older = { ...clusterSpec(), nodes: undefined };
  expect(specOfLabels('rcluster', { [LABEL.spec]: JSON.stringify(older) })).toEqual(clusterSpec());
});

describe('labels that this version cannot read', () => {
  test.each([
    ['none', {}],
    ['no JSON', { [LABEL.spec]: '{' }],
    ['no specification', { [LABEL.spec]: '7' }],
    ['null', { [LABEL.spec]: 'null' }],
    ['a newer version', { [LABEL.spec]: JSON.stringify({ ...spec, version: 2 }) }],
    ['another cluster’s', { [LABEL.spec]: JSON.stringify({ ...spec, name: 'other' }) }],
    ['a setting in a value', { [LABEL.spec]: JSON.stringify({ ...spec, set: { save: '\nrequirepass x' } }) }],
    ['no host', { [LABEL.spec]: JSON.stringify({ ...spec, announce: '$(reboot)' }) }],
  ])('%s: an error that names the cluster', (_, labels) => {
    expect(thrownBy(() => specOfLabels('big', labels))).toMatchObject({
      code: 'ENGINE_ERROR',
      message: 'cluster "big" has labels that this version cannot read',
      hint: 'docker ps -a --filter label=rcluster.cluster=big shows its containers',
    });
  });
});

test('a node is known again by its labels', () => {
  expect(nodeOfLabels(nodeLabels(spec, nodeSpec(spec, 2)))).toEqual({ number: 2, port: 7001 });
});

test.each([
  [undefined, '7000'],
  ['../../x', '7000'],
  ['1e3', '7000'],
  ['0', '7000'],
  ['1', '70000'],
  ['1', ''],
])('%j at port %j is no node', (number, port) => {
  const labels = {
    [LABEL.cluster]: 'big',
    [LABEL.port]: port,
    ...(number !== undefined && { [LABEL.node]: number }),
  };
  expect(thrownBy(() => nodeOfLabels(labels)).code).toBe('ENGINE_ERROR');
});
