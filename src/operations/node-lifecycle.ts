import { Deadline, waitUntilNothingIsMissing } from '../base/deadline.js';
import { silent } from '../base/events.js';
import { findNode } from '../cluster/node-reference.js';
import type { NodeName } from '../config/types.js';
import { again, findCluster, type FoundCluster } from '../runtimes/detect.js';
import { whileNodesLive } from './nodes.js';
import { observe, type NodeReport, type StatusReport } from './observe.js';
import { observeSettled } from './settle.js';
import { withClusterLock } from './state-folder.js';
import type { OperationOptions } from './up.js';

const REJOIN_MS = 60_000;

export interface NodeResult extends StatusReport {
  readonly node: NodeReport;
  readonly elapsedMs: number;
}

/**
 * @param reference undefined: the first node that runs
 * @throws CLUSTER_UNKNOWN, NODE_UNKNOWN, NODE_AMBIGUOUS
 */
export async function findNodeOf(
  cluster: string,
  reference: string | undefined,
): Promise<{ found: FoundCluster; status: StatusReport; node: NodeReport }> {
  const found = await findCluster(cluster);
  const status = await observe(found);
  const first = status.nodes.find(({ state }) => state === 'running') ?? status.nodes[0];
  const node =
    reference === undefined && first !== undefined ? first : findNode(status.nodes, reference ?? '');
  return { found, status, node };
}

/** Brings a node back, paused or ended, and waits until it takes part in the cluster again. */
export async function startNode(
  cluster: string,
  reference: string,
  options: OperationOptions = {},
): Promise<NodeResult> {
  return changeNode(cluster, reference, options, async (found, node, { emit, signal }, before) => {
    emit({ type: 'step', text: `starting ${node.name}` });
    await found.runtime.startNode(cluster, node.name);
    emit({ type: 'step', text: `waiting until ${node.name} is back in the cluster` });
    await untilBack(found, node.name, signal);
    // The others may take a moment longer to hear what it has become.
    return observeSettled(found, before.findings);
  });
}

/**
 * Returns when a node that runs takes part in the cluster again.
 *
 * @throws TIMEOUT with what is still wrong with it, NODE_FAILED when it ends by itself
 */
export async function untilBack(
  found: FoundCluster,
  name: NodeName,
  signal: AbortSignal | undefined,
): Promise<void> {
  const cluster = found.record.spec.name;
  await whileNodesLive(found.runtime, cluster, new Set([name]), signal, (watched) =>
    waitUntilNothingIsMissing(
      async () => {
        const { findings } = await observe(await again(found));
        const own = findings.filter(
          // Slots that are half moved are no business of this node's return: `fix` finishes them.
          ({ node, severity, code }) => node === name && severity === 'error' && code !== 'SLOT_OPEN',
        );
        return own.map(({ message }) => message);
      },
      { deadline: Deadline.after(REJOIN_MS, watched), what: `${name} to rejoin`, everyMs: 100 },
    ),
  );
}

/** Ends a node gently: it saves, and its replicas notice at once. */
export async function stopNode(
  cluster: string,
  reference: string,
  options: OperationOptions = {},
): Promise<NodeResult> {
  return changeNode(cluster, reference, options, async (found, node, { emit }) => {
    emit({ type: 'step', text: `stopping ${node.name}` });
    await found.runtime.stopNode(cluster, node.name);
    return observe(await again(found));
  });
}

async function changeNode(
  cluster: string,
  reference: string,
  { emit = silent, signal }: OperationOptions,
  change: (
    found: FoundCluster,
    node: NodeReport,
    activity: Required<OperationOptions>,
    before: StatusReport,
  ) => Promise<StatusReport>,
): Promise<NodeResult> {
  const startedAt = performance.now();
  return withClusterLock(cluster, { emit, signal }, async () => {
    const { found, node, status: before } = await findNodeOf(cluster, reference);
    const status = await change(found, node, { emit, signal }, before);
    return {
      ...status,
      node: status.nodes.find(({ name }) => name === node.name) ?? node,
      elapsedMs: performance.now() - startedAt,
    };
  });
}
