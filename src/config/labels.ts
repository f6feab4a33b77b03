import { RclusterError } from '../base/errors.js';
import type { ClusterSpec, NodeSpec } from './types.js';

/** The labels by which clusters are found again. The compose file writes the same ones. */
export const LABEL = {
  cluster: 'rcluster.cluster',
  node: 'rcluster.node',
  port: 'rcluster.port',
  spec: 'rcluster.spec',
} as const;

export function nodeLabels(spec: ClusterSpec, node: NodeSpec): Record<string, string> {
  return {
    [LABEL.cluster]: spec.name,
    [LABEL.node]: String(node.number),
    [LABEL.port]: String(node.port),
    [LABEL.spec]: JSON.stringify(spec),
  };
}

/** @throws ENGINE_ERROR when the label is missing or of a newer version */
export function specOfLabels(cluster: string, labels: Readonly<Record<string, string>>): ClusterSpec {
  try {
    const spec = JSON.parse(labels[LABEL.spec] ?? '') as { version?: unknown };
    if (spec.version === 1) return spec as ClusterSpec;
  } catch {
    // Said below.
  }
  throw new RclusterError('ENGINE_ERROR', `cluster "${cluster}" has labels that this version cannot read`, {
    hint: `docker ps -a --filter label=${LABEL.cluster}=${cluster} shows its containers`,
  });
}
