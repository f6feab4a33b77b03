import { randomBytes } from 'node:crypto';
import { Deadline, waitUntilNothingIsMissing } from '../base/deadline.js';
import { RclusterError } from '../base/errors.js';
import { silent } from '../base/events.js';
import { findNode } from '../cluster/node-reference.js';
import type { FailoverKind } from '../cluster/plan-step.js';
import { toSlots } from '../cluster/slots.js';
import { clientEndpointOf, withConnections, type Connected } from '../operations/connections.js';
import { findNodeOf } from '../operations/node-lifecycle.js';
import { observe, type NodeReport, type StatusReport } from '../operations/observe.js';
import { promote } from '../operations/promotion.js';
import { planFor, type ScalingPlan } from '../operations/scaling/plan.js';
import { observeSettled } from '../operations/settle.js';
import { withClusterLock } from '../operations/state-folder.js';
import type { OperationOptions } from '../operations/up.js';
import { again, type FoundCluster } from '../runtimes/detect.js';
import { WriteProbe, type WriteCounts } from './probe.js';

const FAILOVER_MS = 30_000;

export interface FailoverOptions extends OperationOptions {
  /** Default: graceful, in which the master waits until the replica has got everything. */
  readonly how?: FailoverKind;
}

export interface FailoverResult extends StatusReport {
  readonly how: FailoverKind;
  readonly promoted: string;
  /** The master before. */
  readonly demoted: string;
  /** The longest time between two acknowledged writes to its slots, as a client on this host saw it. */
  readonly pauseMs: number;
  readonly writes: WriteCounts;
  readonly elapsedMs: number;
}

/**
 * Lets a replica take over from its master on purpose, while writing to its slots. Of a master, its first linked
 * replica takes over.
 *
 * @throws NODE_UNKNOWN, NOT_A_REPLICA, UNHEALTHY when no replica is linked, TIMEOUT when it does not become master
 */
export async function failover(
  cluster: string,
  reference: string,
  { how = 'graceful', emit = silent, signal }: FailoverOptions = {},
): Promise<FailoverResult> {
  const startedAt = performance.now();
  return withClusterLock(cluster, { emit, signal }, async () => {
    const { found, status } = await findNodeOf(cluster, reference);
    const { replica, master } = pairOf(status, reference);
    const { spec } = found.record;
    const deadline = Deadline.after(FAILOVER_MS, signal);
    return withConnections(found.record, async (connected) => {
      const successor = successorAmong(connected, replica);
      const probe = new WriteProbe(
        found.record.nodes.map((node) => clientEndpointOf(spec, node)),
        toSlots(master.slots),
        randomBytes(4).toString('hex'),
      );
      try {
        // Whose master is down has nobody to write to before.
        if (how === 'graceful') await probe.start(deadline.atMost(5_000));
        emit({ type: 'step', text: `${replica.name} takes over from ${master.name}` });
        const since = performance.now();
        await promote(successor, how, deadline);
        if (how === 'graceful') await probe.firstSuccessAfter(since, deadline);
        await probe.sweep(deadline);
        const writes = await probe.finish();
        await untilItFollows(found, { replica, master }, deadline);
        return {
          ...(await observeSettled(found, status.findings)),
          how,
          promoted: replica.name,
          demoted: master.name,
          pauseMs: Math.round(probe.longestGapMs),
          writes,
          elapsedMs: performance.now() - startedAt,
        };
      } catch (error) {
        await probe.abandon();
        throw error;
      }
    });
  });
}

/**
 * The same without writes of its own, for a drill whose clients write already. It returns when the old master follows.
 *
 * @throws as {@link failover}
 */
export async function handOver(
  cluster: string,
  reference: string,
  { how = 'graceful', emit = silent, signal }: FailoverOptions = {},
): Promise<void> {
  return withClusterLock(cluster, { emit, signal }, async () => {
    const { found, status } = await findNodeOf(cluster, reference);
    const pair = pairOf(status, reference);
    const deadline = Deadline.after(FAILOVER_MS, signal);
    await withConnections(found.record, async (connected) => {
      emit({ type: 'step', text: `${pair.replica.name} takes over from ${pair.master.name}` });
      await promote(successorAmong(connected, pair.replica), how, deadline);
    });
    await untilItFollows(found, pair, deadline);
  });
}

/** A master that is down follows nobody, and is not waited for. */
async function untilItFollows(
  found: FoundCluster,
  { replica, master }: Pair,
  deadline: Deadline,
): Promise<void> {
  await waitUntilNothingIsMissing(
    async () => {
      const { nodes } = await observe(await again(found));
      const old = findNode(nodes, master.name);
      const isDown = old.state !== 'running';
      return isDown || (old.replicaOf === replica.name && old.linkUp)
        ? []
        : [`${master.name}: does not follow ${replica.name} yet`];
    },
    { deadline, what: `${master.name} to follow`, everyMs: 50 },
  );
}

function successorAmong(connected: readonly Connected[], { name }: NodeReport): Connected {
  const successor = connected.find(({ node }) => node.name === name);
  if (successor === undefined) throw new RclusterError('UNHEALTHY', `${name} does not answer`);
  return successor;
}

/** What {@link failover} would do. */
export async function planFailover(
  cluster: string,
  reference: string,
  how: FailoverKind = 'graceful',
): Promise<ScalingPlan> {
  return planFor(cluster, ({ status }) => [
    { kind: 'failover', node: pairOf(status, reference).replica.id, how },
  ]);
}

interface Pair {
  readonly replica: NodeReport;
  readonly master: NodeReport;
}

function pairOf({ nodes }: StatusReport, reference: string): Pair {
  const node = findNode(nodes, reference);
  if (node.role === undefined) {
    throw new RclusterError('NOT_A_REPLICA', `${node.name} (${node.port}) is not part of the cluster`);
  }
  const replica =
    node.role === 'replica'
      ? node
      : nodes.find((other) => other.replicaOf === node.name && other.state === 'running' && other.linkUp);
  if (replica === undefined) {
    throw new RclusterError(
      'UNHEALTHY',
      `${node.name} (${node.port}) has no linked replica that could take over`,
      {
        hint: 'rcluster add-replica boots one',
      },
    );
  }
  const master = nodes.find(({ name }) => name === replica.replicaOf);
  if (master === undefined) throw new RclusterError('UNHEALTHY', `${replica.name} follows nobody`);
  return { replica, master };
}
