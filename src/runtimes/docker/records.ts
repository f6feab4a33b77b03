import type { ContainerInfo, VolumeInspectInfo } from 'dockerode';
import { LABEL, specOfLabels } from '../../config/labels.js';
import type { ClusterRecord } from '../runtime.js';
import { engineCall, type Engine } from './engine.js';
import { subnetOf } from './networks.js';
import { nodeOfContainer, nodeOfVolume } from './translate.js';

/** The engine's labels are the registry: what there is of clusters is read from them. `label` is `NAME` or `NAME=VALUE`. */

/** Containers, running or not. @throws ENGINE_ERROR */
export async function listContainers({ docker }: Engine, label: string): Promise<ContainerInfo[]> {
  return engineCall('listing containers', () =>
    docker.listContainers({ all: true, filters: { label: [label] } }),
  );
}

/** The engine says null where there is none, whatever dockerode's types say. */
interface ListedVolumes {
  readonly Volumes: VolumeInspectInfo[] | null;
}

/** @throws ENGINE_ERROR */
export async function listVolumes({ docker }: Engine, label: string): Promise<VolumeInspectInfo[]> {
  const listed: ListedVolumes = await engineCall('listing volumes', () =>
    docker.listVolumes({ filters: { label: [label] } }),
  );
  return listed.Volumes ?? [];
}

/** The clusters whose containers, networks or volumes carry the label, by name. @throws ENGINE_ERROR */
export async function readRecords(engine: Engine, label: string): Promise<ClusterRecord[]> {
  const [containers, networks, volumes] = await Promise.all([
    listContainers(engine, label),
    engineCall('listing networks', () => engine.docker.listNetworks({ filters: { label: [label] } })),
    listVolumes(engine, label),
  ]);
  // What was left of a helper makes no cluster: nodes and networks alone say what their cluster is.
  const telling = [...containers, ...networks].filter(({ Labels }) => Labels?.[LABEL.spec] !== undefined);
  const names = new Set(telling.map(clusterOf));
  return [...names].sort().map((name) => {
    const ofCluster = containers.filter(
      // A compose file's one-shot service belongs to the cluster, but is no node.
      (container) => clusterOf(container) === name && container.Labels[LABEL.node] !== undefined,
    );
    const network = networks.find((other) => clusterOf(other) === name);
    const subnet = network === undefined ? undefined : subnetOf(network);
    const nodes = ofCluster.map(nodeOfContainer);
    const kept = volumes
      .filter((volume) => clusterOf(volume) === name && volume.Labels[LABEL.node] !== undefined)
      .map((volume) => nodeOfVolume(volume, subnet))
      .filter((node) => nodes.every(({ number }) => number !== node.number));
    const spec = specOfLabels(name, ofCluster[0]?.Labels ?? network?.Labels ?? {});
    return {
      spec,
      runtime: 'docker',
      server: ofCluster[0]?.Image ?? spec.image,
      nodes: [...nodes, ...kept].sort((a, b) => a.number - b.number),
      subnet,
    };
  });
}

function clusterOf(item: { readonly Labels?: Readonly<Record<string, string>> | undefined }): string {
  return item.Labels?.[LABEL.cluster] ?? '';
}
