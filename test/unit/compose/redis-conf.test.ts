import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainRedisConf, renderRedisConf, settingsOf } from '../../../src/compose/redis-conf.js';
import { readTemplate } from '../../../src/config/templates.js';
import { nodeSpec, type ClusterSpec } from '../../../src/config/types.js';
import { clusterSpec } from '../helpers/specs.js';

const template = await readTemplate('redis.conf');

function render(changes: Partial<ClusterSpec> = {}, number = 2): string {
  const spec = clusterSpec(changes);
  return renderRedisConf(template, spec, nodeSpec(spec, number), '* -::*');
}

const settings = (changes: Partial<ClusterSpec> = {}) => new Map(settingsOf(render(changes)));

describe('the redis.conf of a node', () => {
  test('has what makes it a node of this cluster, and nothing else', () => {
    expect(settingsOf(render())).toEqual([
      ['port', '7001'],
      ['bind', '* -::*'],
      ['protected-mode', 'no'],
      ['cluster-enabled', 'yes'],
      ['cluster-config-file', 'nodes.conf'],
      ['cluster-node-timeout', '500'],
      ['cluster-announce-hostname', '127.0.0.1'],
      ['cluster-preferred-endpoint-type', 'hostname'],
      ['repl-diskless-sync-delay', '0'],
      ['appendonly', 'yes'],
      ['save', '""'],
    ]);
  });

  test('announces what clients are told', () => {
    expect(settings({ announce: 'redis.example' }).get('cluster-announce-hostname')).toBe('redis.example');
  });

  test('says for people which node of which cluster it is', () => {
    expect(render({ name: 'big' }).split('\n')[0]).toBe(
      '# Node node-2 of the Redis Cluster "big", rendered by rcluster.',
    );
  });

  test('leaves no placeholder, no two blank lines and no blank line at the end', () => {
    expect(render()).not.toMatch(/\{\{|\n{3}|\n\n$/);
    expect(render()).toMatch(/[^\n]\n$/);
  });
});

describe('what one node has otherwise than the others', () => {
  const changes: Partial<ClusterSpec> = {
    set: { hz: '10', 'maxmemory-policy': 'allkeys-lru' },
    maxmemory: 1000,
    nodes: { 'node-2': { set: { hz: '50' }, maxmemory: 500 }, 'node-7': { set: {}, maxmemory: 0 } },
  };
  const valuesOf = (number: number) => {
    const settings = new Map(settingsOf(render(changes, number)));
    return ['hz', 'maxmemory-policy', 'maxmemory'].map((name) => settings.get(name));
  };

  test('overrides what the cluster has, on that node alone', () => {
    expect(valuesOf(2)).toEqual(['50', 'allkeys-lru', '500']);
    expect(valuesOf(1)).toEqual(['10', 'allkeys-lru', '1000']);
  });

  test('is there for nodes that are added later, too', () => {
    expect(valuesOf(7)).toEqual(['10', 'allkeys-lru', undefined]);
  });
});

describe('persistence', () => {
  test.each([
    ['aof', 'yes', '""'],
    ['rdb', 'no', '3600 1 300 100 60 10000'],
    ['none', 'no', '""'],
  ] as const)('%s', (persistence, appendonly, save) => {
    expect(settings({ persistence }).get('appendonly')).toBe(appendonly);
    expect(settings({ persistence }).get('save')).toBe(save);
  });
});

describe('maxmemory', () => {
  test('is set to the bytes given', () => {
    expect(settings({ maxmemory: 104_857_600 }).get('maxmemory')).toBe('104857600');
  });

  test('is left out when there is no limit', () => expect(settings().has('maxmemory')).toBe(false));
});

describe('further settings', () => {
  test('come last, so that they win', () => {
    const set = { save: '60 1', 'maxmemory-policy': 'allkeys-lru' };
    expect(settingsOf(render({ set })).slice(-2)).toEqual(Object.entries(set));
  });

  test('with an empty value get the quotes without which redis refuses the line', () => {
    expect(settingsOf(render({ set: { 'notify-keyspace-events': '' } })).at(-1)).toEqual([
      'notify-keyspace-events',
      '""',
    ]);
  });

  test('come back as they went in, whatever their values', () => {
    const word = fc.stringMatching(/^[!-~]+$/);
    const value = fc.oneof(
      word,
      fc.array(word, { minLength: 1 }).map((words) => words.join(' ')),
      fc.constantFrom('#', '$&', '{{port}}', '""'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]*$/), value), (values) => {
        const set = { ...values };
        expect(settingsOf(render({ set })).slice(11)).toEqual(Object.entries(set));
      }),
    );
  });
});

test('a template that asks for what nobody gives is a defect', () => {
  const spec = clusterSpec();
  expect(() => renderRedisConf('port {{prot}}', spec, nodeSpec(spec, 1), '*')).toThrow('{{prot}}');
});

describe('settingsOf', () => {
  test('skips comments and blank lines', () => {
    expect(settingsOf('# port 1\n\nport 7000\nsave ""\n')).toEqual([['port', '7000'], ['save', '""']]); // prettier-ignore
  });
});

test('a server that is no cluster node has the same settings, but those of the cluster', () => {
  const plain = plainRedisConf(render({ maxmemory: 1000 }));
  expect(plain).not.toMatch(/^cluster-|cluster bus|announce/m);
  expect(settingsOf(plain)).toEqual(
    settingsOf(render({ maxmemory: 1000 })).filter(([name]) => !name.startsWith('cluster-')),
  );
});
