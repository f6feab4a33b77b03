import { all } from '../base/concurrency.js';
import { deferred } from '../base/deferred.js';
import type { Deadline } from '../base/deadline.js';
import { planFormation } from '../cluster/formation.js';
import { toRanges, toSlots, type SlotRange } from '../cluster/slots.js';
import { ownersIn, type NodeId, type NodeView } from '../cluster/topology.js';
import {
  clusterAddSlotsRange,
  clusterMeet,
  clusterNodes,
  clusterSetConfigEpoch,
} from '../redis/commands/index.js';
import type { NodeConnection } from '../redis/connection.js';
import { replicate } from './replicate.js';

/** A node on its way up; its connection opens when it answers. */
export interface BootingNode {
  readonly name: string;
  readonly port: number;
  readonly connection: Promise<NodeConnection>;
  readonly peerHost: Promise<string>;
}

/**
 * Makes one cluster of nodes that are still starting: each does its part as soon as it answers, and no step waits for
 * all. Every pair of nodes is introduced, since waiting for gossip to spread a chain of MEETs takes seconds. Running it
 * again on a half-formed cluster does what is missing.
 *
 * @param nodes the masters first, then the replicas
 */
export async function formCluster(
  nodes: readonly BootingNode[],
  masters: number,
  deadline: Deadline,
): Promise<void> {
  const plan = planFormation(masters, nodes.length / masters - 1);
  const slotsOf = new Map(plan.masters.map(({ node, slots, epoch }) => [node, { slots, epoch }]));
  const masterOf = new Map(plan.replicas.map(({ node, master }) => [node, master]));
  const introduced: { connection: NodeConnection; host: string; port: number }[] = [];
  const ids = nodes.map(() => deferred<NodeId>());

  await all(nodes, async (node, index) => {
    try {
      const [connection, host] = await Promise.all([node.connection, node.peerHost]);
      const view = await connection.run(clusterNodes());
      const assigned = slotsOf.get(index);
      if (assigned !== undefined) await assignSlots(connection, view, assigned.slots, assigned.epoch);
      // The epoch first: a node that has met another refuses to have it set.
      await connection.runAll(introduced.map((other) => clusterMeet(other.host, other.port)));
      introduced.push({ connection, host, port: node.port });
      ids[index]?.resolve(view.self);
      const master = masterOf.get(index);
      const masterId = master === undefined ? undefined : await ids[master]?.promise;
      if (masterId !== undefined && isUnused(view))
        await replicate(connection, masterId, node.name, deadline);
    } catch (error) {
      // Whoever waits for this node's id must not wait for ever; the error itself is reported from here.
      ids[index]?.promise.catch(() => undefined);
      ids[index]?.reject(error);
      throw error;
    }
  });
}

async function assignSlots(
  connection: NodeConnection,
  view: NodeView,
  range: SlotRange,
  epoch: number,
): Promise<void> {
  const self = view.entries.find((entry) => entry.id === view.self);
  if (self?.role === 'replica') return;
  const owners = ownersIn(view);
  const free = toRanges(toSlots([range]).filter((slot) => owners[slot] === undefined));
  if (view.entries.length === 1 && self?.configEpoch === 0)
    await connection.run(clusterSetConfigEpoch(epoch));
  if (free.length > 0) await connection.run(clusterAddSlotsRange(free));
}

/** A master without slots: what each node is at first. */
function isUnused(view: NodeView): boolean {
  const self = view.entries.find((entry) => entry.id === view.self);
  return self?.role === 'master' && self.slots.length === 0;
}
