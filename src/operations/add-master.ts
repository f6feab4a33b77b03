import { all } from '../base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../base/deadline.js';
import { RclusterError } from '../base/errors.js';
import { silent } from '../base/events.js';
import { plural } from '../base/format.js';
import { SLOT_COUNT } from '../cluster/slots.js';
import { resolveAddMaster } from '../config/resolve.js';
import type { AddMasterOptions } from '../config/schema.js';
import { nodeSpec, type NodeSpec } from '../config/types.js';
import { clusterMeet, clusterNodes } from '../redis/commands/index.js';
import { findCluster, type FoundCluster } from '../runtimes/detect.js';
import { withConnections, type Connected } from './connections.js';
import { requireServing } from './members.js';
import { bootNodes, whileNodesLive } from './nodes.js';
import { observe, type StatusReport } from './observe.js';
import { again, evenOut, type RebalanceResult } from './rebalance.js';
import { replicate } from './replicate.js';
import { withClusterLock } from './state-folder.js';
import type { OperationOptions } from './up.js';

const LOCK_WAIT_MS = 60_000;
const BOOT_MS = 60_000;

export interface AddMasterResult extends RebalanceResult {
  /** The new nodes' names: the master, then its replicas. */
  readonly added: readonly string[];
}

/**
 * Boots the next master with its replicas, makes every node know them, and moves the master's share of slots over. A
 * command that was interrupted is finished by running it again: nodes that it booted are taken before new ones.
 *
 * @throws CONFIG_INVALID, UNHEALTHY, PORT_IN_USE, NODE_FAILED, TIMEOUT, MIGRATION_FAILED
 */
export async function addMaster(
  cluster: string,
  options: AddMasterOptions = {},
  { emit = silent, signal }: OperationOptions = {},
): Promise<AddMasterResult> {
  const { replicas } = resolveAddMaster(options);
  const startedAt = performance.now();
  return withClusterLock(cluster, { waitMs: LOCK_WAIT_MS, emit, signal }, async () => {
    const found = await findCluster(cluster);
    const status = await observe(found);
    requireServing(status);
    const newcomers = await nextNodes(found, status, 1 + (replicas ?? found.record.spec.replicas));
    await boot(found, newcomers, { emit, signal });
    const joined = await again(found);
    const moved = await withConnections(joined.record, async (connected) => {
      emit({
        type: 'step',
        text: `introducing ${newcomers.map(({ name }) => name).join(', ')} to the cluster`,
      });
      await introduce(connected, newcomers, Deadline.after(BOOT_MS, signal));
      return evenOut(connected, { emit, signal });
    });
    return {
      ...(await observe(await again(found))),
      ...moved,
      added: newcomers.map(({ name }) => name),
      elapsedMs: performance.now() - startedAt,
    };
  });
}

/**
 * Nodes that an interrupted command left half joined, then new ones on the next free ports. A finished command leaves
 * every master with its share, so a further master with less is one that was never finished, and so are its replicas.
 */
async function nextNodes(
  { record, runtime }: FoundCluster,
  status: StatusReport,
  count: number,
): Promise<NodeSpec[]> {
  const planned = record.spec.masters * (1 + record.spec.replicas);
  const masters = status.nodes.filter((node) => node.role === 'master' && node.state === 'running');
  const share = Math.floor(SLOT_COUNT / Math.max(1, masters.length));
  const isFurther = new Set(record.nodes.filter(({ number }) => number > planned).map(({ name }) => name));
  const halfJoined = new Set(
    status.nodes
      .filter(({ name }) => isFurther.has(name))
      .filter((node) => node.role === undefined || (masters.includes(node) && node.slotCount < share))
      .map(({ name }) => name),
  );
  for (const { name, replicaOf } of status.nodes)
    if (isFurther.has(name) && replicaOf !== undefined && halfJoined.has(replicaOf)) halfJoined.add(name);
  const leftOver = record.nodes.filter(({ name }) => halfJoined.has(name));
  const nodes: NodeSpec[] = leftOver
    .slice(0, count)
    .map(({ name, number, port }) => ({ name, number, port }));
  let number = Math.max(planned, ...record.nodes.map((node) => node.number));
  while (nodes.length < count) {
    number += 1;
    nodes.push(nodeSpec(record.spec, number));
  }
  await runtime.checkRoom(record.spec, nodes);
  return nodes;
}

async function boot(
  { runtime, record }: FoundCluster,
  newcomers: readonly NodeSpec[],
  { emit, signal }: Required<OperationOptions>,
): Promise<void> {
  const { spec } = record;
  emit({ type: 'step', text: `booting ${plural(newcomers.length, 'node')}` });
  const server = await runtime.prepare({ ...spec, image: record.server }, { emit, signal });
  const started = new Set<string>();
  await whileNodesLive(runtime, spec.name, started, signal, async (watched) => {
    const booting = bootNodes(runtime, spec, server, newcomers, {
      deadline: Deadline.after(BOOT_MS, watched),
      onStarted: ({ name }) => started.add(name),
    });
    const connections = await all(booting, (node) => node.connection);
    for (const connection of connections) connection.close();
  });
}

/** Until every node knows every other one: a slot that moves to a node unknown to some would be lost to them. */
async function introduce(
  connected: readonly Connected[],
  newcomers: readonly NodeSpec[],
  deadline: Deadline,
): Promise<void> {
  const names = new Set(newcomers.map(({ name }) => name));
  const isNew = ({ node }: Connected) => names.has(node.name);
  await all(connected.filter(isNew), (newcomer) =>
    newcomer.connection.runAll(
      connected
        .filter((other) => other !== newcomer)
        .map(({ node }) => clusterMeet(node.peerHost, node.port)),
    ),
  );
  await waitUntilNothingIsMissing(() => strangers(connected), {
    deadline,
    what: 'every node to know the new ones',
  });
  const [master, ...replicas] = newcomers.map(({ name }) => connected.find(({ node }) => node.name === name));
  if (master === undefined) throw new RclusterError('NODE_FAILED', 'the new master does not answer');
  const { self } = await master.connection.run(clusterNodes());
  await all(replicas, async (replica) => {
    if (replica === undefined) throw new RclusterError('NODE_FAILED', 'a new replica does not answer');
    await replicate(replica.connection, self, replica.node.name, deadline);
  });
}

async function strangers(connected: readonly Connected[]): Promise<string[]> {
  const views = await all(connected, async ({ node, connection }) => ({
    node,
    view: await connection.run(clusterNodes()),
  }));
  const ids = new Map(views.map(({ node, view }) => [view.self, node.name]));
  return views.flatMap(({ node, view }) => {
    const known = new Set(
      view.entries.filter(({ flags }) => !flags.includes('handshake')).map(({ id }) => id),
    );
    return [...ids].filter(([id]) => !known.has(id)).map(([, name]) => `${node.name}: does not know ${name}`);
  });
}
