import type { ContainerInfo, VolumeInspectInfo } from 'dockerode';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderCompose } from '../../../../src/compose/compose-file.js';
import { nodeLabels, specOfLabels } from '../../../../src/config/labels.js';
import { readTemplate } from '../../../../src/config/templates.js';
import { nodeSpec } from '../../../../src/config/types.js';
import {
  containerName,
  containerOptions,
  networkOptions,
  nodeOfContainer,
  nodeOfVolume,
} from '../../../../src/runtimes/docker/translate.js';
import { clusterSpec } from '../../helpers/specs.js';

const spec = clusterSpec({ name: 'big', memory: 268_435_456, subnet: '10.1.2.0/24' });
const node = nodeSpec(spec, 2);
const image = { reference: 'redis:7-alpine', command: 'redis-server' };
const options = containerOptions(spec, node, image, { uid: 999, gid: 1000 }, '10.1.2.12');

describe('a container', () => {
  test('is called after cluster and node', () => expect(options.name).toBe('big-node-2'));

  test('starts the server with the node’s configuration', () => {
    expect(options.Image).toBe('redis:7-alpine');
    expect(options.Cmd).toEqual(['redis-server', '/data/redis.conf']);
  });

  test('publishes its port on the bound address alone', () => {
    expect(options.HostConfig?.PortBindings).toEqual({
      '7001/tcp': [{ HostIp: '127.0.0.1', HostPort: '7001' }],
    });
    expect(options.ExposedPorts).toEqual({ '7001/tcp': {} });
  });

  test('has the address that is its own', () => {
    expect(options.NetworkingConfig?.EndpointsConfig?.['big']?.IPAMConfig).toEqual({
      IPv4Address: '10.1.2.12',
    });
  });

  test('keeps its data in a named volume', () => {
    expect(options.HostConfig?.Mounts).toMatchObject([
      { Type: 'volume', Source: 'big-node-2', Target: '/data' },
    ]);
  });

  test('may do nothing that a server does not need', () => {
    expect(options.User).toBe('999:1000');
    expect(options.HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      PidsLimit: 256,
    });
    expect(options.HostConfig?.CapAdd).toBeUndefined();
  });

  test('has its memory limit', () => expect(options.HostConfig?.Memory).toBe(268_435_456));

  test('has the labels by which rcluster finds it', () => {
    expect(options.Labels).toMatchObject(nodeLabels(spec, node));
  });

  test('has the labels by which compose finds it', () => {
    expect(options.Labels).toMatchObject({
      'com.docker.compose.project': 'big',
      'com.docker.compose.service': 'node-2',
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
    });
  });

  test('stays away once it was stopped', () => {
    expect(options.HostConfig?.RestartPolicy).toEqual({ Name: 'unless-stopped' });
  });

  test('is what the compose file makes as well', async () => {
    const text = renderCompose(spec, await readTemplate('redis.conf'), await readTemplate('form-cluster.sh'));
    const { services } = parse(text) as { services: Record<string, unknown> };
    expect(services['node-2']).toMatchObject({
      container_name: options.name,
      image: options.Image,
      labels: nodeLabels(spec, node),
      ports: ['127.0.0.1:7001:7001'],
      volumes: ['node-2:/data'],
      networks: { default: { ipv4_address: '10.1.2.12' } },
      mem_limit: options.HostConfig?.Memory,
      restart: options.HostConfig?.RestartPolicy?.Name,
      environment: { TZ: 'UTC' },
      user: 'redis',
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      read_only: true,
      pids_limit: options.HostConfig?.PidsLimit,
    });
    expect(options.Env).toEqual(['TZ=UTC']);
  });
});

describe('a network', () => {
  const network = networkOptions(spec, '10.1.2.0/24');

  test('has the cluster’s name and subnet', () => {
    expect(network).toMatchObject({
      Name: 'big',
      Driver: 'bridge',
      IPAM: { Config: [{ Subnet: '10.1.2.0/24' }] },
    });
  });

  test('carries the specification, since it may outlive the nodes', () => {
    expect(specOfLabels('big', network.Labels)).toEqual(spec);
  });
});

describe('nodeOfContainer', () => {
  const container = (changes: object = {}) =>
    ({
      Id: '4f66ad9a0b2e1d5c',
      Names: ['/big-node-2'],
      State: 'running',
      Labels: nodeLabels(spec, node),
      NetworkSettings: {
        Networks: { big: { IPAddress: '10.1.2.12', IPAMConfig: { IPv4Address: '10.1.2.12' } } },
      },
      ...changes,
    }) as unknown as ContainerInfo;

  test('tells name, number, port, state, address and handle', () => {
    expect(nodeOfContainer(container())).toEqual({
      name: 'node-2',
      number: 2,
      port: 7001,
      state: 'running',
      peerHost: '10.1.2.12',
      handle: 'big-node-2',
    });
  });

  test.each([
    ['running', 'running'],
    ['paused', 'paused'],
    ['restarting', 'restarting'],
    ['created', 'created'],
    ['exited', 'exited'],
    ['dead', 'exited'],
    ['removing', 'exited'],
  ])('state %s is %s', (state, told) =>
    expect(nodeOfContainer(container({ State: state })).state).toBe(told),
  );

  test('of a stopped container keeps the address that it asked for', () => {
    const Networks = { big: { IPAddress: '', IPAMConfig: { IPv4Address: '10.1.2.12' } } };
    expect(nodeOfContainer(container({ NetworkSettings: { Networks } })).peerHost).toBe('10.1.2.12');
  });

  test('of a container that asked for none has the one that it got', () => {
    const Networks = { big: { IPAddress: '10.1.2.3', IPAMConfig: null } };
    expect(nodeOfContainer(container({ NetworkSettings: { Networks } })).peerHost).toBe('10.1.2.3');
  });

  test('of a container without a name tells its id', () => {
    expect(nodeOfContainer(container({ Names: [] })).handle).toBe('4f66ad9a0b2e');
  });
});

describe('nodeOfVolume', () => {
  const [mount] = options.HostConfig?.Mounts ?? [];
  const volume = { Name: mount?.Source, Labels: mount?.VolumeOptions?.Labels } as VolumeInspectInfo;

  test('tells the node that a kept volume belongs to', () => {
    expect(nodeOfVolume(volume, '10.1.2.0/24')).toEqual({
      name: 'node-2',
      number: 2,
      port: 7001,
      state: 'exited',
      peerHost: '10.1.2.12',
      handle: 'big-node-2',
    });
  });

  test('knows no address when the network is gone as well', () => {
    expect(nodeOfVolume(volume, undefined).peerHost).toBe('');
  });
});

test('containers of two clusters never share a name', () => {
  expect(containerName('a', 'node-1')).not.toBe(containerName('a-b', 'node-1'));
});
