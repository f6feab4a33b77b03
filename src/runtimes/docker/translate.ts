import { posix } from 'node:path';
import type { ContainerCreateOptions, ContainerInfo, VolumeInspectInfo } from 'dockerode';
import { PIDS_LIMIT } from '../../config/defaults.js';
import { LABEL, nodeLabels, nodeOfLabels } from '../../config/labels.js';
import { healthTest } from './health.js';
import { nodeAddress } from '../../config/subnets.js';
import type { ClusterSpec, NodeSpec } from '../../config/types.js';
import type { ServerUser } from './users.js';
import {
  CONFIG_FILE,
  type HelperPlace,
  type HelperScript,
  type NodeState,
  type RuntimeNode,
} from '../runtime.js';

/** Pure translation between what we mean and what the engine's API takes and gives. */

/** Where a node's volume is mounted. */
const DATA = '/data';
const CONFIG_PATH = posix.join(DATA, CONFIG_FILE);

export const networkName = (cluster: string) => cluster;
export const containerName = (cluster: string, node: string) => `${cluster}-${node}`;
export const volumeName = (cluster: string, node: string) => `${cluster}-${node}`;

/** What no container of ours may do, helpers included: gain rights, or write to its image's files. */
const CONFINED = {
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  ReadonlyRootfs: true,
  PidsLimit: PIDS_LIMIT,
};

function volumeMount(spec: ClusterSpec, node: NodeSpec, target: string) {
  return {
    Type: 'volume' as const,
    Source: volumeName(spec.name, node.name),
    Target: target,
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
  };
}

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
  { uid, gid }: ServerUser,
  address: string,
): ContainerCreateOptions {
  const port = `${node.port}/tcp`;
  return {
    name: containerName(spec.name, node.name),
    Image: image.reference,
    Cmd: [image.command, CONFIG_PATH],
    User: `${uid}:${gid}`,
    // The timeline reads the node's log lines on one clock.
    Env: ['TZ=UTC'],
    Labels: { ...nodeLabels(spec, node), ...composeLabels(spec, node) },
    ExposedPorts: { [port]: {} },
    StopTimeout: 10,
    Healthcheck: {
      Test: healthTest(spec, node),
      // Each probe is a process in the container: more often would cost the cluster what it is meant to watch.
      Interval: 30e9,
      Timeout: 5e9,
      Retries: 3,
    },
    HostConfig: {
      PortBindings: { [port]: [{ HostIp: spec.bind, HostPort: String(node.port) }] },
      Mounts: [volumeMount(spec, node, DATA)],
      // After a restart of the engine the nodes come back; after `kill` and `stop` they stay away.
      RestartPolicy: { Name: 'unless-stopped' },
      Memory: spec.memory,
      ...CONFINED,
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [networkName(spec.name)]: { IPAMConfig: { IPv4Address: address }, Aliases: [node.name] },
      },
    },
  };
}

/** Where the carrier mounts a node's volume. */
const mountInCarrier = (node: NodeSpec) => `/rcluster/${node.name}`;
/** As an archive names it; without a file the folder itself. */
export const pathInCarrier = (node: NodeSpec, file = '') => `${mountInCarrier(node)}/${file}`.slice(1);

/** A container that mounts the volumes of many nodes and is never started. It has no name, so two cannot meet. */
export function carrierOptions(
  spec: ClusterSpec,
  nodes: readonly NodeSpec[],
  image: string,
): ContainerCreateOptions {
  return {
    Image: image,
    // Found and removed with the cluster if whoever made it was killed before it could.
    Labels: { [LABEL.cluster]: spec.name, [LABEL.carrier]: 'true' },
    NetworkDisabled: true,
    HostConfig: { Mounts: nodes.map((node) => volumeMount(spec, node, mountInCarrier(node))) },
  };
}

/** Output is read back, whatever the engine does with logs by default. */
const READABLE_LOG = { Type: 'json-file', Config: {} };

/** A container that gives a node's data to a user, and ends. */
export function ownerOptions(
  spec: ClusterSpec,
  node: NodeSpec,
  image: string,
  { uid, gid }: ServerUser,
): ContainerCreateOptions {
  return {
    Image: image,
    Entrypoint: ['chown', '-R', `${uid}:${gid}`, DATA],
    User: '0',
    Labels: { [LABEL.cluster]: spec.name },
    NetworkDisabled: true,
    HostConfig: {
      ...CONFINED,
      CapAdd: ['CHOWN', 'DAC_READ_SEARCH'],
      Mounts: [volumeMount(spec, node, DATA)],
      LogConfig: READABLE_LOG,
    },
  };
}

/** Owns nothing, and is in every image, since a number needs no name. */
const NOBODY = '65534:65534';

/** What a helper may do beyond what anybody may, by its place. */
const HELPER_CAPABILITIES: Readonly<Record<HelperPlace, readonly string[]>> = {
  // --privileged would fail on hosts that lack CAP_SYS_RESOURCE. iptables-legacy opens a raw socket.
  network: ['NET_ADMIN', 'NET_RAW'],
  trial: ['NET_ADMIN', 'NET_RAW'],
  // The data belongs to the server's user.
  data: ['DAC_OVERRIDE'],
  server: [],
};

/** A container that runs a shell script beside a node, and ends. Like the carrier it has no name. */
export function helperOptions(
  cluster: string,
  node: string,
  image: string,
  place: HelperPlace,
  { script, args }: HelperScript,
): ContainerCreateOptions {
  const inData = place === 'data';
  const inNetwork = place === 'network' || place === 'server';
  return {
    Image: image,
    Entrypoint: ['sh', '-c', script, 'sh', ...args],
    User: place === 'server' ? NOBODY : '0',
    // Removed with the cluster if whoever started it was killed before it could.
    Labels: { [LABEL.cluster]: cluster },
    ...(inData && { WorkingDir: DATA }),
    HostConfig: {
      ...CONFINED,
      CapAdd: [...HELPER_CAPABILITIES[place]],
      NetworkMode: inNetwork ? `container:${containerName(cluster, node)}` : 'none',
      ...(inData && {
        Mounts: [{ Type: 'volume' as const, Source: volumeName(cluster, node), Target: DATA }],
      }),
      // iptables keeps its lock there.
      ...(!inData && { Tmpfs: { '/run': 'size=1m' } }),
      LogConfig: READABLE_LOG,
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
  const { number, port } = nodeOfLabels(container.Labels);
  const [network] = Object.values(container.NetworkSettings.Networks);
  const asked = network?.IPAMConfig as { IPv4Address?: string } | undefined;
  return {
    name: `node-${number}`,
    number,
    port,
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
  const { number, port } = nodeOfLabels(volume.Labels);
  return {
    name: `node-${number}`,
    number,
    port,
    state: 'exited',
    peerHost: subnet === undefined ? '' : nodeAddress(subnet, number),
    handle: volume.Name,
  };
}
