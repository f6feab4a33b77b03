import type { Container } from 'dockerode';
import { RclusterError } from '../../base/errors.js';
import { LABEL } from '../../config/labels.js';
import type { NodeName } from '../../config/types.js';
import { engineCall, notOurs, statusOf, type Engine } from './engine.js';
import { containerName } from './translate.js';

/** The containers of nodes, by the names of both. */

/** @throws NODE_UNKNOWN; ENGINE_ERROR when another's container goes by the name */
export async function requireContainer(engine: Engine, cluster: string, node: NodeName): Promise<Container> {
  const container = await findContainer(engine, cluster, node);
  if (container === undefined) throw new RclusterError('NODE_UNKNOWN', `"${cluster}" has no ${node}`);
  return container;
}

/** @throws ENGINE_ERROR when another's container goes by the name */
export async function findContainer(
  { docker }: Engine,
  cluster: string,
  node: NodeName,
): Promise<Container | undefined> {
  const name = containerName(cluster, node);
  const container = docker.getContainer(name);
  try {
    const { Config } = await engineCall(`looking at ${name}`, () => container.inspect());
    if (Config.Labels[LABEL.cluster] === cluster) return container;
  } catch (error) {
    if (error instanceof RclusterError && statusOf(error.cause) === 404) return undefined;
    throw error;
  }
  throw notOurs(name);
}
