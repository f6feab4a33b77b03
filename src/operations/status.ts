import { findCluster } from '../runtimes/detect.js';
import { observe, type StatusReport } from './observe.js';

/** The cluster as it is now. @throws CLUSTER_UNKNOWN */
export async function status(cluster: string): Promise<StatusReport> {
  return observe(await findCluster(cluster));
}
