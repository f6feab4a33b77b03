import { all } from '../base/concurrency.js';
import { RclusterError } from '../base/errors.js';
import { withTimeLimit } from '../base/race.js';
import { SLOT_COUNT } from '../cluster/slots.js';
import { clientEndpointOf } from '../operations/connections.js';
import { observe } from '../operations/observe.js';
import { ping } from '../redis/commands/index.js';
import { NodeConnection, type NodeAddress } from '../redis/connection.js';
import type { BenchNode } from '../reports/bench/model.js';
import type { FoundCluster } from '../runtimes/detect.js';
import type { ClusterRecord } from '../runtimes/runtime.js';
import type { LoadNode } from './load/route.js';

/** A node of a local network answers at once, or it cannot be reached from here. */
const REACH_MS = 500;

export interface TargetNode extends LoadNode {
  readonly role: BenchNode['role'];
}

/** What is measured. */
export interface Target {
  readonly record: ClusterRecord;
  /** All that run. */
  readonly nodes: readonly TargetNode[];
  readonly path: 'nodes' | 'published';
}

/**
 * A cluster as the load meets it.
 *
 * @param isAnnounced to the addresses that clients are told, even where there is a shorter way
 * @throws UNHEALTHY when a slot has no owner that answers
 */
export async function clusterTarget(found: FoundCluster, isAnnounced: boolean): Promise<Target> {
  const { record } = found;
  const status = await observe(found);
  const running = status.nodes.filter(({ state, role }) => state === 'running' && role !== undefined);
  const silent = status.nodes.filter((node) => node.slotCount > 0 && !running.includes(node));
  if (status.slotsCovered < SLOT_COUNT || silent.length > 0) {
    throw new RclusterError(
      'UNHEALTHY',
      `"${record.spec.name}" is ${status.state}: a part of its slots is not served`,
      {
        details: status.findings.map(({ message }) => message),
        hint: 'rcluster check says what is wrong, rcluster fix repairs it',
      },
    );
  }
  const nodes = running.map(({ name, port, slots, role }) => ({
    ...{ name, port, slots },
    role: role === 'replica' ? ('replica' as const) : ('master' as const),
  }));
  return { record, ...(await reached(record, nodes, isAnnounced)) };
}

/** A server that is no cluster node has every key. */
export async function singleTarget(record: ClusterRecord, isAnnounced: boolean): Promise<Target> {
  const nodes = record.nodes.map(({ name, port }) => ({
    ...{ name, port, role: 'single' as const },
    slots: [[0, SLOT_COUNT - 1] as const],
  }));
  return { record, ...(await reached(record, nodes, isAnnounced)) };
}

/**
 * The engine hands what comes to a published port of 127.0.0.1 on through a process of its own, which takes more time than
 * the node. From the same machine the nodes' own addresses lead past it, as they do for clients in containers.
 */
async function reached(
  record: ClusterRecord,
  nodes: readonly Omit<TargetNode, 'host'>[],
  isAnnounced: boolean,
): Promise<Pick<Target, 'nodes' | 'path'>> {
  const hostOf = new Map(record.nodes.map(({ name, peerHost }) => [name, peerHost]));
  const own = nodes.map((node) => ({
    ...{ ...node, ...clientEndpointOf(record.spec, node) },
    host: hostOf.get(node.name) ?? '',
  }));
  const answers = isAnnounced ? [false] : await all(own, answersAt);
  if (answers.every(Boolean)) return { path: 'nodes', nodes: own };
  const published = nodes.map((node) => ({ ...node, ...clientEndpointOf(record.spec, node) }));
  return { path: 'published', nodes: published };
}

async function answersAt(address: NodeAddress): Promise<boolean> {
  const opening = NodeConnection.open(address);
  try {
    const connection = await withTimeLimit(opening, REACH_MS);
    await withTimeLimit(connection.run(ping()), REACH_MS);
    return true;
  } catch {
    return false;
  } finally {
    void opening.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }
}
