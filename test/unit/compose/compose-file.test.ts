import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderCompose } from '../../../src/compose/compose-file.js';
import { renderRedisConf, settingsOf } from '../../../src/compose/redis-conf.js';
import { LABEL, nodeLabels, specOfLabels } from '../../../src/config/labels.js';
import { defaultSubnet, nodeAddress } from '../../../src/config/subnets.js';
import { readTemplate } from '../../../src/config/templates.js';
import { nodeSpecs, type ClusterSpec } from '../../../src/config/types.js';
import { clusterSpec } from '../helpers/specs.js';

const redisConf = await readTemplate('redis.conf');
const formScript = await readTemplate('form-cluster.sh');

interface Service {
  readonly image: string;
  readonly container_name: string;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: { readonly default: { readonly ipv4_address?: string } };
  readonly depends_on: readonly string[];
  readonly restart: string;
  readonly mem_limit?: number;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: {
    readonly default: {
      readonly name: string;
      readonly ipam: { readonly config: readonly { readonly subnet: string }[] };
      readonly labels: Readonly<Record<string, string>>;
    };
  };
  readonly volumes: Readonly<
    Record<string, { readonly name: string; readonly labels: Record<string, string> }>
  >;
}

const textOf = (spec: ClusterSpec) => renderCompose(spec, redisConf, formScript);

/** As compose reads the file: `$$` stands for `$`. */
function fileOf(changes: Partial<ClusterSpec> = {}): ComposeFile {
  return parse(textOf(clusterSpec(changes)).replaceAll('$$', '$')) as ComposeFile;
}

const nodeOf = (changes: Partial<ClusterSpec> = {}, name = 'node-1') => fileOf(changes).services[name]!;

/** `--name word word` as redis-server's argument parser takes it apart: one list a setting. */
function settingsIn(command: readonly string[]): [name: string, words: string[]][] {
  const settings: [string, string[]][] = [];
  for (const word of command.slice(1)) {
    if (word.startsWith('--')) settings.push([word.slice(2), []]);
    else settings.at(-1)?.[1].push(word);
  }
  return settings;
}

describe('every node', () => {
  const spec = clusterSpec({ name: 'big', subnet: '10.1.2.0/24', basePort: 7100 });
  const { services } = fileOf(spec);

  test.each(nodeSpecs(spec))('$name has its name, address, port and volume', (node) => {
    expect(services[node.name]).toMatchObject({
      image: 'redis:7-alpine',
      container_name: `big-${node.name}`,
      ports: [`127.0.0.1:${node.port}:${node.port}`],
      volumes: [`${node.name}:/data`],
      networks: { default: { ipv4_address: nodeAddress('10.1.2.0/24', node.number) } },
      environment: { TZ: 'UTC' },
    });
  });

  test.each(nodeSpecs(spec))('$name has the labels by which rcluster finds it', (node) => {
    expect(services[node.name]?.labels).toEqual(nodeLabels(spec, node));
  });

  test('is there, and one service more that forms the cluster', () => {
    expect(Object.keys(services)).toEqual([...nodeSpecs(spec).map(({ name }) => name), 'form']);
  });
});

describe('the command of a node', () => {
  test.each(nodeSpecs(clusterSpec()))('of $name has the settings of its redis.conf, word by word', (node) => {
    const spec = clusterSpec({ set: { 'client-output-buffer-limit': 'replica 256mb 64mb 60', hz: '50' } });
    const conf = settingsOf(renderRedisConf(redisConf, spec, node, '* -::*'));
    const expected = conf.map(([name, value]) => [name, value === '""' ? [''] : value.split(' ')]);
    expect(settingsIn(nodeOf(spec, node.name).command)).toEqual(expected);
  });

  test('starts the server', () => expect(nodeOf().command[0]).toBe('redis-server'));

  test.each([
    ['60 1 300 10', ['60', '1', '300', '10']],
    ['  60   1 ', ['60', '1']],
    ['""', ['']],
    ['"a b" c', ['a b', 'c']],
    ['"a" "" "b c"', ['a', '', 'b c']],
    [String.raw`"say \"hi\""`, ['say "hi"']],
    [String.raw`"back\\slash"`, [String.raw`back\slash`]],
    ["'a b' c", ['a b', 'c']],
    ['$HOME', ['$HOME']],
    ['a#b', ['a#b']],
  ])('splits %s as redis does (sds.c sdssplitargs)', (value, words) => {
    const command = nodeOf({ set: { 'some-setting': value } }).command;
    expect(settingsIn(command).at(-1)).toEqual(['some-setting', words]);
  });

  test('gives an empty value as an empty word', () => {
    expect(settingsIn(nodeOf({ set: { 'notify-keyspace-events': '' } }).command).at(-1)).toEqual([
      'notify-keyspace-events',
      [''],
    ]);
  });
});

describe('the network', () => {
  test('has the subnet that was asked for', () => {
    expect(fileOf({ subnet: '10.1.2.0/24' }).networks.default.ipam.config).toEqual([
      { subnet: '10.1.2.0/24' },
    ]);
  });

  test('has one of the name’s own otherwise, and the nodes are in it', () => {
    const subnet = defaultSubnet(clusterSpec());
    expect(fileOf().networks.default.ipam.config).toEqual([{ subnet }]);
    expect(nodeOf().networks.default.ipv4_address).toBe(nodeAddress(subnet, 1));
  });

  test('carries the specification', () => {
    const spec = clusterSpec({ set: { a: 'x$y' } });
    expect(specOfLabels('rcluster', fileOf(spec).networks.default.labels)).toEqual(spec);
  });
});

describe('the service that forms the cluster', () => {
  const form = fileOf({ masters: 4, replicas: 1, subnet: '10.1.2.0/24' }).services['form']!;

  test('knows every node, the masters first', () => {
    expect(form.environment['NODES']?.split(' ')).toEqual([
      '10.1.2.11:7000',
      '10.1.2.12:7001',
      '10.1.2.13:7002',
      '10.1.2.14:7003',
      '10.1.2.15:7004',
      '10.1.2.16:7005',
      '10.1.2.17:7006',
      '10.1.2.18:7007',
    ]);
    expect(form.environment['MASTERS']).toBe('4');
  });

  test('runs the script as it is in templates/', () =>
    expect(form.entrypoint).toEqual(['sh', '-c', formScript]));

  test('belongs to the cluster, but is no node of it', () => {
    expect(form.labels).toEqual({ [LABEL.cluster]: 'rcluster' });
  });

  test('runs once, after the nodes', () => {
    expect(form.restart).toBe('no');
    expect(form.depends_on).toHaveLength(8);
  });
});

describe('a dollar sign', () => {
  test('is doubled wherever it stands, since compose would look for a variable', () => {
    const text = textOf(clusterSpec({ set: { a: '$HOME ${B}' } }));
    expect(text.replaceAll('$$', '')).not.toContain('$');
  });

  test('reaches the node as it was', () => {
    expect(nodeOf({ set: { a: '$HOME' } }).command.at(-1)).toBe('$HOME');
  });
});

describe('a memory limit', () => {
  test('is the container’s', () => expect(nodeOf({ memory: 268_435_456 }).mem_limit).toBe(268_435_456));
  test('is left out when there is none', () => expect(nodeOf()).not.toHaveProperty('mem_limit'));
});

describe('the user of a node', () => {
  test.each([
    ['redis:7-alpine', 'redis'],
    ['registry.example/mirror/redis@sha256:00', 'redis'],
    ['rcluster/valkey:9', 'valkey'],
    ['valkey/valkey', 'valkey'],
  ])('of %s is %s, without any capability', (image, user) =>
    expect(nodeOf({ image })).toMatchObject({ user, cap_drop: ['ALL'], read_only: true }),
  );
  test.each(['example/redis-stack:7', 'redis/kvstore:1', 'mine'])(
    'of %s is for the image to say',
    (image) => {
      expect(nodeOf({ image })).not.toHaveProperty('user');
      expect(nodeOf({ image })).toMatchObject({ security_opt: ['no-new-privileges:true'], pids_limit: 256 });
    },
  );
});

describe('the volume of a node', () => {
  const volumes = Object.values(fileOf({ name: 'big', replicas: 0 }).volumes);

  test('has the name that rcluster gives it', () => {
    expect(volumes.map(({ name }) => name)).toEqual(['big-node-1', 'big-node-2', 'big-node-3']);
  });

  test('tells whose data it holds, when the container is gone', () => {
    expect(volumes[1]?.labels).toEqual({
      [LABEL.cluster]: 'big',
      [LABEL.node]: '2',
      [LABEL.port]: '7001',
    });
  });
});

test('the file says for people how to use it', () => {
  const header = textOf(clusterSpec({ name: 'big' }))
    .split('\n')
    .slice(0, 4);
  expect(header).toEqual([
    '# A Redis Cluster of 6 nodes, rendered by rcluster.',
    '#   docker compose -p big up -d      boots and forms it',
    '#   redis-cli -c -h 127.0.0.1 -p 7000     connects',
    '#   rcluster status --cluster big    works on it as well',
  ]);
});

test('the same specification renders the same file', () => {
  expect(textOf(clusterSpec())).toBe(textOf(clusterSpec()));
});
