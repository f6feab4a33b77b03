import type { Slot } from '../slots.js';
import type { NodeId } from '../topology.js';
import type { Situation } from './situation.js';
import type { KeysAt } from './treatment.js';

/** A slot without an owner. */
export interface Forsaken {
  readonly slot: Slot;
  readonly lastOwner: NodeId | undefined;
  readonly favourite: NodeId | undefined;
}

/**
 * An owner for each slot without one: who holds most of its keys; of slots without keys, the favourite, or the masters
 * with the fewest slots, in stretches as long as their shares allow. Adds what it gives to `shares`.
 */
export function assignOwners(
  { actors, nodes }: Situation,
  keysAt: KeysAt,
  full: ReadonlySet<NodeId> | undefined,
  forsaken: readonly Forsaken[],
  shares: Map<NodeId, number>,
): (Forsaken & { readonly owner: NodeId })[] {
  const isFull = (id: NodeId) => Number(full?.has(id) === true);
  const give = (id: NodeId) => shares.set(id, (shares.get(id) ?? 0) + 1);
  const natural = forsaken.map((orphan) => {
    const { slot, favourite } = orphan;
    const [holder] = actors
      .filter((id) => keysAt(id, slot) > 0)
      .sort(
        (a, b) =>
          isFull(a) - isFull(b) ||
          keysAt(b, slot) - keysAt(a, slot) ||
          Number(b === favourite) - Number(a === favourite),
      );
    const liked = favourite !== undefined && actors.includes(favourite) ? favourite : undefined;
    return { ...orphan, owner: holder ?? liked };
  });
  for (const { owner } of natural) if (owner !== undefined) give(owner);

  const fit = actors.filter((id) => nodes.get(id)?.health !== 'fail' && !isFull(id));
  const takers = fit.length > 0 ? fit : actors;
  const quota = new Map(takers.map((id) => [id, 0]));
  for (const { owner } of natural) {
    if (owner !== undefined) continue;
    const fewest = [...takers].sort((a, b) => (shares.get(a) ?? 0) - (shares.get(b) ?? 0))[0];
    if (fewest === undefined) continue;
    give(fewest);
    quota.set(fewest, (quota.get(fewest) ?? 0) + 1);
  }
  const queue = [...quota].flatMap(([id, slots]) => new Array<NodeId>(slots).fill(id));
  let next = 0;
  return natural.flatMap((orphan) => {
    const owner = orphan.owner ?? queue[next++];
    return owner === undefined ? [] : [{ ...orphan, owner }];
  });
}
