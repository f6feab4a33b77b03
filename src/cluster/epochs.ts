import type { NodeId, NodeView } from './topology.js';

/**
 * What keeps the config epochs from deciding that a slot is no longer its source's. Pure.
 *
 * A claim wins by the higher config epoch, and whoever raises its own takes the next one above all that it knows of. So each
 * source must have one that no other master has, and every master must know it. Otherwise the target, or another master, may
 * come to have the source's epoch: neither believes the other then, and a source with the lower id that notices raises its own
 * (Redis 7.0, cluster.c clusterHandleConfigEpochCollision). It takes back what it gave, and the target deletes the keys.
 * Masters that claim at the same time come to have the same epoch; the next message between them parts them.
 *
 * @returns a line for each source and reason; empty when all is well
 */
export function unsettledEpochs(
  views: readonly NodeView[],
  sources: readonly NodeId[],
  nameOf: (id: NodeId) => string,
): string[] {
  const entryIn = (view: NodeView | undefined, id: NodeId) => view?.entries.find((entry) => entry.id === id);
  const viewOf = new Map(views.map((view) => [view.self, view]));
  const ownEpoch = (id: NodeId) => entryIn(viewOf.get(id), id)?.configEpoch ?? 0;
  const masters = views.filter((view) => entryIn(view, view.self)?.role === 'master');
  return sources.flatMap((source) => {
    const epoch = ownEpoch(source);
    const others = masters.filter(({ self }) => self !== source);
    const rivals = others.filter(({ self }) => ownEpoch(self) === epoch);
    const unaware = others.filter((view) => (entryIn(view, source)?.configEpoch ?? 0) < epoch);
    return [
      ...rivals.map(({ self }) => `${nameOf(source)} has the config epoch of ${nameOf(self)}`),
      ...unaware.map(({ self }) => `${nameOf(self)} does not know the config epoch of ${nameOf(source)}`),
    ];
  });
}
