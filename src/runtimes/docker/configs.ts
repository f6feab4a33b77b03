import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { all } from '../../base/concurrency.js';
import { LABEL } from '../../config/labels.js';
import type { ClusterSpec } from '../../config/types.js';
import type { NodeSetup } from '../runtime.js';
import { engineCall, engineCallUnlessGone, type Engine } from './engine.js';
import { listContainers } from './records.js';
import { carrierOptions, pathInCarrier } from './translate.js';

/**
 * Puts each node's files into its volume, all of them in one go: a container that is never started mounts the
 * volumes, and the engine unpacks one archive into it. An archive for each node would take the engine 40 ms each, and a
 * bind mount would need an engine on this host.
 */
export async function writeConfigs(
  engine: Engine,
  spec: ClusterSpec,
  image: string,
  nodes: readonly NodeSetup[],
): Promise<void> {
  const archive = pack();
  for (const { node, files } of nodes) {
    for (const { name, text } of files) archive.entry({ name: pathInCarrier(node, name), mode: 0o644 }, text);
  }
  archive.finalize();
  const what = 'writing the configuration of the nodes';
  await removeCarriers(engine, spec.name);
  const carrier = await engineCall(what, () =>
    engine.docker.createContainer(
      carrierOptions(
        spec,
        nodes.map(({ node }) => node),
        image,
      ),
    ),
  );
  try {
    const content = await buffer(archive);
    await engineCall(what, () => carrier.putArchive(content, { path: '/' }));
  } finally {
    await engineCallUnlessGone(what, () => carrier.remove({ force: true, v: true }));
  }
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
