import type { NodeId } from './topology.js';

/** Who takes part in a division, by which weight, and how many it holds before. */
export interface Claim {
  readonly id: NodeId;
  /** Finite, 0 or more; at least one claim has more than 0. */
  readonly weight: number;
  readonly held: number;
}

/**
 * Divides `total` slots by weight, with the largest-remainder method: everyone gets its quota rounded down, and what
 * is left goes one by one to the largest remainders. Of equal remainders the one that holds most beyond its quota is
 * first, since it keeps the slot rather than gets it; then the lower id. The parts add up to `total`.
 */
export function apportion(total: number, claims: readonly Claim[]): Map<NodeId, number> {
  const sum = claims.reduce((all, { weight }) => all + weight, 0);
  const parts = claims.map(({ id, weight, held }) => {
    // Kept as the numerator of the fraction: for whole weights that is exact, so equal remainders compare as equal.
    const remainder = (total * weight) % sum;
    const quota = Math.round((total * weight - remainder) / sum);
    return { id, quota, remainder, excess: held - quota };
  });
  const left = total - parts.reduce((all, { quota }) => all + quota, 0);
  parts.sort((a, b) => b.remainder - a.remainder || b.excess - a.excess || (a.id < b.id ? -1 : 1));
  return new Map(parts.map(({ id, quota }, index) => [id, quota + (index < left ? 1 : 0)]));
}
