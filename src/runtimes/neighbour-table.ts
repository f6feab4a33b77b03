import { readFile } from 'node:fs/promises';
import { RclusterError } from '../base/errors.js';

const LIMIT = 'net.ipv4.neigh.default.gc_thresh3';

/**
 * Every node of a cluster talks to every other one and to the host, and each pair needs an entry in the kernel's neighbour
 * table, in both directions: n * (n - 1) + 2 * n. Past the limit a node reaches some of the others no more, and a cluster does
 * not form, or takes half of its nodes for dead.
 *
 * @param clusterSizes the nodes of every cluster on this host, the new one included
 * @throws NEIGHBOUR_TABLE, saying which sysctl to raise
 */
export function requireNeighbours(clusterSizes: readonly number[], limit: number): void {
  const needed = clusterSizes.reduce((sum, nodes) => sum + nodes * (nodes + 1), 0);
  if (needed <= limit) return;
  const enough = 2 ** Math.ceil(Math.log2(needed * 2));
  throw new RclusterError(
    'NEIGHBOUR_TABLE',
    `${Math.max(...clusterSizes)} nodes need ${needed} entries in the kernel's neighbour table, which holds ${limit}`,
    { hint: `sysctl -w ${LIMIT}=${enough}` },
  );
}

/** The kernel's limit; infinite where it cannot be read (the engine's kernel is not this host's). */
export async function neighbourLimit(): Promise<number> {
  try {
    return Number(await readFile(`/proc/sys/${LIMIT.replaceAll('.', '/')}`, 'utf8'));
  } catch {
    return Infinity;
  }
}
