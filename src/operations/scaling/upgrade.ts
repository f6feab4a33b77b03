import { Deadline, waitUntilNothingIsMissing } from '../../base/deadline.js';
import { RclusterError } from '../../base/errors.js';
import { findNode } from '../../cluster/node-reference.js';
import { upSchema } from '../../config/schema.js';
import { resolveOptions } from '../../config/resolve.js';
import type { ClusterSpec } from '../../config/types.js';
import { info } from '../../redis/commands/index.js';
import type { Server } from '../../runtimes/runtime.js';
import { again } from '../../runtimes/detect.js';
import { endpointOf, connectWhenUp, withConnections } from '../connections.js';
import { bootNodes, whileNodesLive } from '../nodes.js';
import { observe, type NodeReport, type StatusReport } from '../observe.js';
import { stirredUp } from '../settle.js';
import { promote } from '../promotion.js';
import type { OperationOptions } from '../up.js';
import { change, lookAt, type Scene } from './scene.js';

const RETURN_MS = 60_000;
const HAND_OVER_MS = 30_000;

/** A step of an upgrade, in the order in which they are taken. */
export type UpgradeStep =
  | { readonly kind: 'hand-over'; readonly from: string; readonly to: string }
  | { readonly kind: 'replace'; readonly node: string };

export interface UpgradePlan {
  readonly cluster: string;
  readonly image: string;
  readonly steps: readonly UpgradeStep[];
}

export interface UpgradeResult extends StatusReport {
  readonly steps: readonly UpgradeStep[];
  /** The server's version before and after. */
  readonly from: string;
  readonly to: string;
  readonly elapsedMs: number;
}

/**
 * Gives every node another image, one after the other: replicas first, each master after a replica has taken over from
 * it. Stops at the first node that does not come back; the same command again goes on.
 *
 * @throws CONFIG_INVALID, IMAGE_UNAVAILABLE, UNHEALTHY when a master has no linked replica, NODE_FAILED, TIMEOUT, LOCKED
 */
export async function upgrade(
  cluster: string,
  options: { readonly image: string },
  activity: OperationOptions = {},
): Promise<UpgradeResult> {
  const image = imageOf(options);
  return change(cluster, activity, async (scene, running) => {
    const { found } = scene;
    requireDocker(scene);
    const spec: ClusterSpec = { ...found.record.spec, image };
    const server = await found.runtime.prepare(spec, running);
    if (server.notice !== undefined) running.emit({ type: 'notice', text: server.notice });
    const steps = stepsOf(scene.status);
    const from = await versionOf(scene, steps);
    for (const step of steps) {
      if (running.signal?.aborted === true) {
        throw new RclusterError('INTERRUPTED', 'interrupted between two nodes', {
          hint: 'the same command again goes on',
        });
      }
      if (step.kind === 'hand-over') {
        running.emit({ type: 'step', text: `${step.to} takes over from ${step.from}` });
        await handOver(scene, step.to, running);
      } else {
        running.emit({ type: 'step', text: `giving ${step.node} the new image` });
        await replace(scene, spec, server, step.node, running);
      }
    }
    return { steps, from, to: await versionOf(scene, steps) };
  });
}

/** What {@link upgrade} would do. */
export async function planUpgrade(
  cluster: string,
  options: { readonly image: string },
): Promise<UpgradePlan> {
  const image = imageOf(options);
  return lookAt(cluster, (scene) => {
    requireDocker(scene);
    return { cluster, image, steps: stepsOf(scene.status) };
  });
}

function imageOf({ image }: { readonly image: string }): string {
  return resolveOptions(upSchema.pick({ image: true }), { image }).image;
}

function requireDocker({ found }: Scene): void {
  if (found.runtime.kind === 'docker') return;
  throw new RclusterError('CONFIG_INVALID', 'nodes that are processes have no image to be upgraded');
}

/** Replicas before masters: an old replica may not be able to read what a new master sends. */
function stepsOf({ nodes }: StatusReport): UpgradeStep[] {
  const replicas = nodes.filter(({ role }) => role === 'replica');
  const masters = nodes.filter(({ role }) => role === 'master');
  return [
    ...replicas.map(({ name }): UpgradeStep => ({ kind: 'replace', node: name })),
    ...masters.flatMap((master): UpgradeStep[] => {
      const handOvers: UpgradeStep[] =
        master.slotCount === 0
          ? []
          : [{ kind: 'hand-over', from: master.name, to: successorOf(nodes, master).name }];
      return [...handOvers, { kind: 'replace', node: master.name }];
    }),
  ];
}

function successorOf(nodes: readonly NodeReport[], master: NodeReport): NodeReport {
  const successor = nodes.find(
    ({ replicaOf, state, linkUp }) => replicaOf === master.name && state === 'running' && linkUp,
  );
  if (successor !== undefined) return successor;
  throw new RclusterError(
    'UNHEALTHY',
    `${master.name} (${master.port}) has no linked replica that could take over meanwhile`,
    { hint: `rcluster add-replica --of ${master.port}` },
  );
}

async function handOver({ found }: Scene, to: string, { signal }: Required<OperationOptions>): Promise<void> {
  const { record } = await again(found);
  await withConnections(record, async (connected) => {
    const successor = connected.find(({ node }) => node.name === to);
    if (successor === undefined) throw new RclusterError('NODE_FAILED', `${to} does not answer`);
    await promote(successor, 'graceful', Deadline.after(HAND_OVER_MS, signal));
  });
}

/** The node's container anew, over the data that it has; returns when it is back in the cluster and in sync. */
async function replace(
  { found, status: before }: Scene,
  spec: ClusterSpec,
  server: Server,
  name: string,
  { signal }: Required<OperationOptions>,
): Promise<void> {
  const { runtime } = found;
  const node = found.record.nodes.find((other) => other.name === name);
  if (node === undefined) return;
  await runtime.stopNode(spec.name, name);
  await runtime.removeNode(spec.name, name, { keepData: true });
  const started = new Set<string>();
  await whileNodesLive(runtime, spec.name, started, signal, async (watched) => {
    const deadline = Deadline.after(RETURN_MS, watched);
    const [booting] = bootNodes(runtime, spec, server, [node], {
      deadline,
      onStarted: () => started.add(name),
    });
    (await booting?.connection)?.close();
    await waitUntilNothingIsMissing(
      async () => {
        const now = await observe(await again(found));
        const self = findNode(now.nodes, name);
        if (self.state !== 'running' || self.role === undefined) return [`${name}: does not answer`];
        // The next node must not go before this one is back in every other's eyes: together they could be a majority.
        return stirredUp(before.findings, now.findings).map(({ message }) => message);
      },
      { deadline, what: `${name} to come back`, everyMs: 100 },
    );
  });
}

async function versionOf({ found }: Scene, steps: readonly UpgradeStep[]): Promise<string> {
  const first = steps.find((step) => step.kind === 'replace');
  const node = found.record.nodes.find(({ name }) => name === first?.node);
  if (node === undefined) return '';
  const connection = await connectWhenUp(
    endpointOf(found.record.spec, node),
    node.name,
    Deadline.after(RETURN_MS),
  );
  try {
    return (await connection.run(info())).version;
  } finally {
    connection.close();
  }
}
