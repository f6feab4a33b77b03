import { listClusters } from '../../operations/list.js';
import { EXIT } from '../exit-codes.js';
import { clusterTable } from '../ui/tables.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster }) => {
  const { clusters, unseen } = await listClusters();
  for (const text of unseen) ui.emit({ type: 'warning', text });
  ui.result({ clusters, default: cluster, unseen }, () =>
    clusters.length === 0 ? 'no clusters; rcluster up makes one' : clusterTable(clusters, cluster),
  );
  return EXIT.done;
};
