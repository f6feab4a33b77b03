import { RclusterError } from '../base/errors.js';
import { defaultClusterPath } from '../config/default-cluster.js';
import { DEFAULTS } from '../config/defaults.js';
import { suggestion } from '../config/nearest.js';
import { listClusters } from './list.js';
import { writeStateFile } from './state-folder.js';

/**
 * Makes a cluster the one that commands mean where nothing else says which. The name that holds from the beginning always
 * can be, so that there is a way back.
 *
 * @param planned clusters that need not exist yet, since a file describes them
 * @throws CLUSTER_UNKNOWN with the clusters that there are
 */
export async function useCluster(name: string, planned: readonly string[] = []): Promise<void> {
  if (name !== DEFAULTS.cluster && !planned.includes(name)) {
    const { clusters, unseen } = await listClusters();
    const known = [...new Set([...clusters.map(({ cluster }) => cluster), ...planned])];
    if (!known.includes(name)) {
      throw new RclusterError('CLUSTER_UNKNOWN', `no cluster is called "${name}"${suggestion(name, known)}`, {
        details: unseen,
        hint:
          known.length === 0
            ? `rcluster up --cluster ${name} makes it`
            : `there is ${known.join(', ')}; rcluster up --cluster ${name} makes it`,
      });
    }
  }
  await writeStateFile(defaultClusterPath(), `${name}\n`);
}
