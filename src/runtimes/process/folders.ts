import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { RclusterError } from '../../base/errors.js';
import { clusterFolder } from '../../config/home.js';
import type { NodeName } from '../../config/types.js';

/** Where the nodes of a cluster are. */
export const nodesFolder = (cluster: string) => join(clusterFolder(cluster), 'nodes');
export const nodeFolder = (cluster: string, node: NodeName) => join(nodesFolder(cluster), node);

/** As /proc writes it: without symbolic links. */
export async function realFolder(cluster: string, node: NodeName): Promise<string> {
  const folder = nodeFolder(cluster, node);
  return realpath(folder).catch(() => folder);
}

/** The same. @throws NODE_UNKNOWN when there is none */
export async function existingFolder(cluster: string, node: NodeName): Promise<string> {
  return realpath(nodeFolder(cluster, node)).catch((error: unknown) => {
    throw new RclusterError('NODE_UNKNOWN', `"${cluster}" has no ${node}`, { cause: error });
  });
}
