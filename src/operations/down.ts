import { silent } from '../base/events.js';
import { findExisting, removeOrphanedData, requireNotElsewhere } from '../runtimes/detect.js';
import { removeStateFolder, withClusterLock } from './state-folder.js';
import type { OperationOptions } from './up.js';

export interface DownResult {
  readonly cluster: string;
  /** Names of the nodes that were removed; none when there was no such cluster. */
  readonly removed: readonly string[];
  readonly keptData: boolean;
  readonly elapsedMs: number;
}

/**
 * Removes a cluster: nodes, network and data, or with `keepData` all but the data. A cluster that does not exist is
 * down already, so this does not fail for that.
 *
 * @throws ENGINE_MISSING when the nodes are containers of an engine that does not answer, or that is not the one which was asked:
 *   what belongs to them is kept
 */
export async function down(
  cluster: string,
  { keepData = false, emit = silent, signal }: OperationOptions & { readonly keepData?: boolean } = {},
): Promise<DownResult> {
  const startedAt = performance.now();
  return withClusterLock(cluster, { emit, signal }, async () => {
    const found = await findExisting(cluster);
    if (found === undefined) {
      await requireNotElsewhere(cluster);
      if (!keepData) await removeOrphanedData(cluster);
    } else {
      emit({ type: 'step', text: `removing "${cluster}"` });
      await found.runtime.removeCluster(cluster, { keepData });
    }
    if (!keepData) await removeStateFolder(cluster);
    return {
      cluster,
      removed: found?.record.nodes.map(({ name }) => name) ?? [],
      keptData: keepData,
      elapsedMs: performance.now() - startedAt,
    };
  });
}
