import { RclusterError } from '../base/errors.js';
import { specIn } from './spec-record.js';
import type { ClusterSpec, NodeSpec } from './types.js';
import { readJson } from './written.js';

/** The labels by which clusters are found again. The compose file writes the same ones. */
export const LABEL = {
  cluster: 'rcluster.cluster',
  node: 'rcluster.node',
  port: 'rcluster.port',
  spec: 'rcluster.spec',
  /** On a container that is there for a moment, to carry files into volumes. */
  carrier: 'rcluster.carrier',
} as const;

export function nodeLabels(spec: ClusterSpec, node: NodeSpec): Record<string, string> {
  return {
    [LABEL.cluster]: spec.name,
    [LABEL.node]: String(node.number),
    [LABEL.port]: String(node.port),
    [LABEL.spec]: JSON.stringify(spec),
  };
}

/** @throws ENGINE_ERROR when the label is missing, of a newer version, or says what no specification can */
export function specOfLabels(cluster: string, labels: Readonly<Record<string, string>>): ClusterSpec {
  const written = readJson(labels[LABEL.spec] ?? '');
  const spec = 'problems' in written ? undefined : specIn(written.value, cluster);
  if (spec !== undefined) return spec;
  throw new RclusterError('ENGINE_ERROR', `cluster "${cluster}" has labels that this version cannot read`, {
    hint: `docker ps -a --filter label=${LABEL.cluster}=${cluster} shows its containers`,
  });
}

/** The number and the port of a node. @throws ENGINE_ERROR when they are none */
export function nodeOfLabels(labels: Readonly<Record<string, string>>): { number: number; port: number } {
  const [number = NaN, port = NaN] = [LABEL.node, LABEL.port].map((label) => {
    const text = labels[label] ?? '';
    return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : NaN;
  });
  if (number > 0 && port <= 65_535) return { number, port };
  throw new RclusterError(
    'ENGINE_ERROR',
    `cluster "${labels[LABEL.cluster] ?? ''}" has a node whose labels are not what rcluster writes`,
    { hint: 'docker ps -a shows them; a container that is none of its nodes must not have them' },
  );
}
