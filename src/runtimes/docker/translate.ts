import type { ContainerCreateOptions, ContainerInfo, VolumeInspectInfo } from 'dockerode';
import { LABEL, nodeLabels } from '../../config/labels.js';
import { nodeAddress } from '../../config/subnets.js';
import type { ClusterSpec, NodeSpec } from '../../config/types.js';
import type { NodeState, RuntimeNode } from '../runtime.js';

/** Pure translation between what we mean and what the engine's API takes and gives. */

export const CONFIG_PATH = '/data/redis.conf';

export const networkName = (cluster: string) => cluster;
export const containerName = (cluster: string, node: string) => `${cluster}-${node}`;
export const volumeName = (cluster: string, node: string) => `${cluster}-${node}`;

/** docker compose finds what belongs to a project by these, so `docker compose -p NAME ps` shows our nodes too. */
const COMPOSE = 'com.docker.compose';

function composeLabels(spec: ClusterSpec, node: NodeSpec): Record<string, string> {
  return {
    [`${COMPOSE}.project`]: spec.name,
    [`${COMPOSE}.service`]: node.name,
    [`${COMPOSE}.container-number`]: '1',
    [`${COMPOSE}.oneoff`]: 'False',
    // 1.29 reads the version of whoever made the container, and breaks where there is none.
    [`${COMPOSE}.version`]: '1.29.2',
    // compose compares it with the file's; ours is nobody's, so `compose up` would make the container anew.
    [`${COMPOSE}.config-hash`]: 'rcluster',
  };
}

export function networkOptions(spec: ClusterSpec, subnet: string) {
  return {
    Name: networkName(spec.name),
    Driver: 'bridge',
    CheckDuplicate: true,
    IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] },
    // The spec here too: a network may outlive its nodes (`down --keep-data`) or precede them (an interrupted `up`).
    Labels: {
      [LABEL.cluster]: spec.name,
      [LABEL.spec]: JSON.stringify(spec),
      [`${COMPOSE}.project`]: spec.name,
      [`${COMPOSE}.network`]: 'default',
    },
  };
}

export function containerOptions(
  spec: ClusterSpec,
  node: NodeSpec,
  image: { readonly reference: string; readonly command: string },
  address: string,
): ContainerCreateOptions {
  const port = `${node.port}/tcp`;
  return {
    name: containerName(spec.name, node.name),
    Image: image.reference,
    Cmd: [image.command, CONFIG_PATH],
    // The timeline reads the node's log lines on one clock.
    Env: ['TZ=UTC'],
    Labels: { ...nodeLabels(spec, node), ...composeLabels(spec, node) },
    ExposedPorts: { [port]: {} },
    StopTimeout: 10,
    Healthcheck: {
      Test: ['CMD', 'redis-cli', '-p', String(node.port), 'ping'],
      // Each probe is a process in the container: more often would cost the cluster what it is meant to watch.
      Interval: 30e9,
      Timeout: 5e9,
      Retries: 3,
    },
    HostConfig: {
      PortBindings: { [port]: [{ HostIp: spec.bind, HostPort: String(node.port) }] },
      Mounts: [
        {
          Type: 'volume',
          Source: volumeName(spec.name, node.name),
          Target: '/data',
          VolumeOptions: {
            NoCopy: false,
            DriverConfig: { Name: 'local', Options: {} },
            Labels: {
              [LABEL.cluster]: spec.name,
              // Data that outlives its container (`down --keep-data`) is still a node.
              [LABEL.node]: String(node.number),
              [LABEL.port]: String(node.port),
              [`${COMPOSE}.project`]: spec.name,
              [`${COMPOSE}.volume`]: node.name,
            },
          },
        },
      ],
      // After a restart of the engine the nodes come back; after `kill` and `stop` they stay away.
      RestartPolicy: { Name: 'unless-stopped' },
      Memory: spec.memory,
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [networkName(spec.name)]: { IPAMConfig: { IPv4Address: address }, Aliases: [node.name] },
      },
    },
  };
}

const STATES: Readonly<Record<string, NodeState>> = {
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  created: 'created',
};

export function nodeOfContainer(container: ContainerInfo): RuntimeNode {
  const number = Number(container.Labels[LABEL.node]);
  const [network] = Object.values(container.NetworkSettings.Networks);
  const asked = network?.IPAMConfig as { IPv4Address?: string } | undefined;
  return {
    name: `node-${number}`,
    number,
    port: Number(container.Labels[LABEL.port]),
    state: STATES[container.State] ?? 'exited',
    // A stopped container has no address, but keeps the one that it asked for.
    peerHost: asked?.IPv4Address ?? network?.IPAddress ?? '',
    handle: nameOfContainer(container),
  };
}

function nameOfContainer(container: ContainerInfo): string {
  return container.Names[0]?.slice(1) ?? container.Id.slice(0, 12);
}

/** A node of which only the data is left. */
export function nodeOfVolume(volume: VolumeInspectInfo, subnet: string | undefined): RuntimeNode {
  const number = Number(volume.Labels[LABEL.node]);
  return {
    name: `node-${number}`,
    number,
    port: Number(volume.Labels[LABEL.port]),
    state: 'exited',
    peerHost: subnet === undefined ? '' : nodeAddress(subnet, number),
    handle: volume.Name,
  };
}
