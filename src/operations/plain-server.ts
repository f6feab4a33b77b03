import { Deadline } from '../base/deadline.js';
import { RclusterError } from '../base/errors.js';
import { silent } from '../base/events.js';
import { resolveUp } from '../config/resolve.js';
import type { UpOptions } from '../config/schema.js';
import { nodeSpecs } from '../config/types.js';
import { chooseRuntime, findExisting, type FoundCluster } from '../runtimes/detect.js';
import { bootNodes, whileNodesLive } from './nodes.js';
import { onPorts } from './free-ports.js';
import { withClusterLock } from './state-folder.js';
import type { OperationOptions } from './up.js';

/**
 * Boots one server that is no cluster node: the same image or program and the same settings as the nodes that `up` boots, but
 * `cluster-enabled no`. `down` removes it like a cluster of that name, also what is left of it after a failure.
 *
 * @throws CONFIG_INVALID, CLUSTER_DIFFERS when something of that name exists, PORT_IN_USE, IMAGE_UNAVAILABLE, NODE_FAILED,
 *   TIMEOUT, INTERRUPTED
 */
export async function upPlain(
  options: Omit<UpOptions, 'masters' | 'replicas'>,
  { emit = silent, signal }: OperationOptions = {},
): Promise<FoundCluster> {
  const { spec: asked, behaviour } = resolveUp({ ...options, masters: 1, replicas: 0, force: true });
  return withClusterLock(asked.name, { waitMs: behaviour.waitMs, emit, signal }, async () => {
    if ((await findExisting(asked.name, behaviour.runtime)) !== undefined)
      throw new RclusterError('CLUSTER_DIFFERS', `"${asked.name}" exists already`);
    const { runtime, reason } = await chooseRuntime(behaviour.runtime, behaviour.redisServer);
    return onPorts(runtime, asked, behaviour, async (spec) => {
      const nodes = nodeSpecs(spec);
      await runtime.checkRoom(spec, nodes);
      const server = await runtime.prepare(spec, { emit, signal });
      emit({ type: 'step', text: 'booting one server' });
      await runtime.createCluster(spec);
      const started = new Set<string>();
      await whileNodesLive(runtime, spec.name, started, signal, async (watched) => {
        const deadline = Deadline.after(behaviour.waitMs, watched);
        const onStarted = ({ name }: { name: string }) => void started.add(name);
        const booting = bootNodes(runtime, spec, server, nodes, { deadline, onStarted, isPlain: true });
        for (const { connection } of booting) (await connection).close();
      });
      const record = await runtime.cluster(spec.name);
      if (record === undefined) throw new RclusterError('CLUSTER_UNKNOWN', `"${spec.name}" is gone`);
      return { runtime, record, reason };
    });
  });
}
