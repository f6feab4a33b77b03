import type { Command } from '../connection.js';
import { asFields } from '../reply.js';

export interface ClusterInfo {
  /** Whether the node serves its slots. A master says no for its first 2 s (redis/cluster.c CLUSTER_WRITABLE_DELAY). */
  readonly ok: boolean;
  readonly slotsAssigned: number;
  readonly knownNodes: number;
  readonly currentEpoch: number;
}

export const clusterInfo = (): Command<ClusterInfo> => ({
  args: ['CLUSTER', 'INFO'],
  decode: (reply) => {
    const fields = asFields(reply);
    const count = (name: string) => Number(fields.get(name) ?? 0);
    return {
      ok: fields.get('cluster_state') === 'ok',
      slotsAssigned: count('cluster_slots_assigned'),
      knownNodes: count('cluster_known_nodes'),
      currentEpoch: count('cluster_current_epoch'),
    };
  },
});
