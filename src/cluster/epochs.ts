import type { NodeId, NodeView } from './topology.js';

/**
 * What keeps the config epochs from deciding that a slot is no longer its giver's. Pure.
 *
 * A claim wins by the higher config epoch, and a node that claims raises its own above those that it knows. So each giver must
 * have one that no other master has, and each taker must know it. Otherwise neither believes the other, and a giver with the
 * lower id that then notices that another has its epoch raises its own (Redis 7.0, cluster.c clusterHandleConfigEpochCollision):
 * it takes back what it gave, and the taker deletes the keys. Masters that claim at the same time come to have the same epoch;
 * the next message between them parts them.
 *
 * @returns a line for each giver and reason; empty when all is well
 */
export function unsettledEpochs(
  views: readonly NodeView[],
  moves: readonly { readonly from: NodeId; readonly to: NodeId }[],
  nameOf: (id: NodeId) => string,
): string[] {
  const entryIn = (view: NodeView | undefined, id: NodeId) => view?.entries.find((entry) => entry.id === id);
  const viewOf = new Map(views.map((view) => [view.self, view]));
  const ownEpoch = (id: NodeId) => entryIn(viewOf.get(id), id)?.configEpoch;
  const masters = views.filter((view) => entryIn(view, view.self)?.role === 'master');
  return [...new Set(moves.map(({ from }) => from))].flatMap((giver) => {
    const epoch = ownEpoch(giver);
    const rivals = masters.filter(({ self }) => self !== giver && ownEpoch(self) === epoch);
    const takers = [...new Set(moves.filter(({ from }) => from === giver).map(({ to }) => to))];
    const unaware = takers.filter((taker) => entryIn(viewOf.get(taker), giver)?.configEpoch !== epoch);
    return [
      ...rivals.map(({ self }) => `${nameOf(giver)} has the config epoch of ${nameOf(self)}`),
      ...unaware.map((taker) => `${nameOf(taker)} does not know the config epoch of ${nameOf(giver)}`),
    ];
  });
}
