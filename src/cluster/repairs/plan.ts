import { goneNodes, planForgetting, planHandshakes, planMeetings, planPromotions } from './membership.js';
import type { NodeId } from '../topology.js';
import { planReplicas } from './replica-repairs.js';
import type { Repair, RepairInput } from './repair.js';
import { situationOf } from './situation.js';
import { planSlots } from './slot-repairs.js';

/**
 * Everything that is wrong with the cluster and can be mended, in the order in which it must be: who belongs to it, who
 * owns what, what is half done, keys in the wrong place, replicas. Each repair counts on those before it; carried out in
 * turn they leave nothing to plan. Whoever leaves one out, or sees one fail, plans anew.
 *
 * Slots whose owner lives but does not answer us are left alone. A handshake's age is not to be seen in a view: give
 * views in which a handshake has lasted for longer than the node timeout, after which a server gives up on it. Pure.
 */
export function planRepairs(input: RepairInput, situation = situationOf(input)): Repair[] {
  const { names } = input;
  const slots = planSlots(situation, input);
  const gone = goneNodes(situation, names);
  const { adoptions, gifts } = planReplicas(situation, gone, slots.shares, names);
  const adopted = new Set(adoptions.map(({ node }) => node));
  // A node refuses to forget its own master: that one needs an heir first, or the replica another master.
  const followers = (id: NodeId) =>
    [...situation.nodes.values()].filter(({ replicaOf, answered }) => answered && replicaOf === id);
  const isFree = (id: NodeId) =>
    situation.promotions.has(id) || followers(id).every((replica) => adopted.has(replica.id));
  const forget = (nodes: readonly NodeId[]) => planForgetting(nodes, situation, names);
  return [
    ...forget(gone.filter((id) => followers(id).length === 0)),
    ...planHandshakes(situation, names),
    ...planMeetings(situation, input),
    ...planPromotions(situation, names),
    ...adoptions,
    ...forget(gone.filter((id) => followers(id).length > 0 && isFree(id))),
    ...slots.repairs,
    ...gifts,
  ];
}
