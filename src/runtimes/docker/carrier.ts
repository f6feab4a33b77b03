import { buffer } from 'node:stream/consumers';
import type { Container } from 'dockerode';
import { pack } from 'tar-stream';
import { all } from '../../base/concurrency.js';
import { LABEL } from '../../config/labels.js';
import type { ClusterSpec, NodeSpec } from '../../config/types.js';
import type { NodeSetup } from '../runtime.js';
import { engineCall, engineCallUnlessGone, type Engine } from './engine.js';
import { listContainers } from './records.js';
import { carrierOptions, pathInCarrier } from './translate.js';
import type { ServerUser } from './users.js';

/**
 * Lends `work` a carrier: a container that is never started and mounts the volumes of many nodes, so that files reach all of
 * them in one archive. An archive for each node would take the engine 40 ms each, and a bind mount would need an engine
 * on this host. Making it makes the volumes.
 */
export async function withCarrier<Result>(
  engine: Engine,
  spec: ClusterSpec,
  image: string,
  nodes: readonly NodeSpec[],
  work: (carrier: Container) => Promise<Result>,
): Promise<Result> {
  await removeCarriers(engine, spec.name);
  const what = 'preparing the volumes of the nodes';
  const carrier = await engineCall(what, () =>
    engine.docker.createContainer(carrierOptions(spec, nodes, image)),
  );
  try {
    return await work(carrier);
  } finally {
    await engineCallUnlessGone(what, () => carrier.remove({ force: true, v: true }));
  }
}

/** Puts each node's files into its volume, where nobody but the server's user may look. */
export async function writeFiles(
  carrier: Container,
  nodes: readonly NodeSetup[],
  { uid, gid }: ServerUser,
): Promise<void> {
  const archive = pack();
  for (const { node, files } of nodes) {
    // The engine gives a folder that is there already the owner and the mode that the archive names.
    archive.entry({ name: pathInCarrier(node), type: 'directory', mode: 0o700, uid, gid });
    for (const { name, text } of files)
      archive.entry({ name: pathInCarrier(node, name), mode: 0o600, uid, gid }, text);
  }
  archive.finalize();
  const content = await buffer(archive);
  await engineCall('writing the configuration of the nodes', () =>
    carrier.putArchive(content, { path: '/' }),
  );
}

/** Those of whoever was killed before it could. The cluster's lock is ours, so nobody else needs one. */
async function removeCarriers(engine: Engine, cluster: string): Promise<void> {
  const ours = await listContainers(engine, `${LABEL.cluster}=${cluster}`);
  await all(
    ours.filter(({ Labels }) => Labels[LABEL.carrier] !== undefined),
    ({ Id }) =>
      engineCallUnlessGone(`removing ${Id}`, () =>
        engine.docker.getContainer(Id).remove({ force: true, v: true }),
      ),
  );
}
