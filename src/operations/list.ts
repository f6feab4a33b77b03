import { findClusters } from '../runtimes/detect.js';
import { hostOf } from '../config/announce.js';
import type { RuntimeKind } from '../config/types.js';

/** One cluster of this host, as `ls` prints it. */
export interface ClusterListing {
  readonly cluster: string;
  readonly runtime: RuntimeKind;
  readonly image: string;
  readonly nodes: number;
  readonly running: number;
  /** `HOST:PORT` of the first node. */
  readonly endpoint: string;
}

export async function listClusters(): Promise<{ clusters: ClusterListing[]; unseen: string[] }> {
  const { records, unseen } = await findClusters();
  const clusters = records.map(({ spec, runtime, server, nodes }) => ({
    cluster: spec.name,
    runtime,
    image: server,
    nodes: nodes.length,
    running: nodes.filter((node) => node.state === 'running').length,
    endpoint: `${hostOf(spec)}:${spec.basePort}`,
  }));
  return { clusters, unseen };
}
