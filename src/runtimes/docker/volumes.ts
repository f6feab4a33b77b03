import { all } from '../../base/concurrency.js';
import { RclusterError } from '../../base/errors.js';
import { LABEL } from '../../config/labels.js';
import type { ClusterSpec, NodeSpec } from '../../config/types.js';
import { engineCall, notOurs, type Engine } from './engine.js';
import { runHelper } from './helper.js';
import { listVolumes } from './records.js';
import { containerName, ownerOptions, volumeName } from './translate.js';
import type { ServerUser } from './users.js';

/**
 * The nodes of which there is data but no container: what `down --keep-data`, an upgrade or an older version left, which may
 * belong to another image's user.
 *
 * @throws ENGINE_ERROR when another's container goes by the name of one
 */
export async function nodesWithoutContainer(
  engine: Engine,
  spec: ClusterSpec,
  nodes: readonly NodeSpec[],
): Promise<NodeSpec[]> {
  const [volumes, containers] = await Promise.all([
    listVolumes(engine, `${LABEL.cluster}=${spec.name}`),
    engineCall('listing containers', () => engine.docker.listContainers({ all: true })),
  ]);
  const kept = new Set(volumes.map(({ Name }) => Name));
  const holders = new Map(
    containers.flatMap((holder) => holder.Names.map((name) => [name.slice(1), holder])),
  );
  const names = nodes.map(({ name }) => containerName(spec.name, name));
  const foreign = names.find(
    (name) => holders.has(name) && holders.get(name)?.Labels[LABEL.cluster] !== spec.name,
  );
  if (foreign !== undefined) throw notOurs(foreign);
  return nodes.filter(
    ({ name }) => kept.has(volumeName(spec.name, name)) && !holders.has(containerName(spec.name, name)),
  );
}

/** Gives the data of nodes to the user who is to read it now. @throws ENGINE_ERROR */
export async function giveData(
  engine: Engine,
  spec: ClusterSpec,
  image: string,
  nodes: readonly NodeSpec[],
  user: ServerUser,
): Promise<void> {
  await all(nodes, async (node) => {
    const { code, output } = await runHelper(engine, ownerOptions(spec, node, image, user));
    if (code === 0) return;
    throw new RclusterError('ENGINE_ERROR', `the data of ${node.name} cannot be given to the server's user`, {
      details: output === '' ? [] : [output],
    });
  });
}
