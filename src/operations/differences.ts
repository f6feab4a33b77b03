import { RclusterError } from '../base/errors.js';
import type { ResolvedUp } from '../config/resolve.js';
import type { ClusterSpec } from '../config/types.js';

/** @throws CLUSTER_DIFFERS when an option was given that the existing cluster does not have */
export function refuseDifferences(
  has: ClusterSpec,
  runtime: string,
  { spec: asked, given, behaviour }: ResolvedUp,
): void {
  const details = [...given]
    .filter(([option]) => shown(asked[option]) !== shown(has[option]))
    // --any-port took the first free ones; asking for it again changes nothing.
    .filter(([option]) => option !== 'basePort' || !behaviour.anyPort)
    .map(
      ([option, flag]) => `${flag}: asked for ${shown(asked[option])}, the cluster has ${shown(has[option])}`,
    );
  if (behaviour.runtime !== undefined && behaviour.runtime !== runtime) {
    details.push(`--runtime: asked for ${behaviour.runtime}, the cluster has ${runtime}`);
  }
  if (details.length === 0) return;
  throw new RclusterError('CLUSTER_DIFFERS', `"${has.name}" exists with other options`, {
    details,
    hint:
      details.length === 1 && given.has('image') && shown(asked.image) !== shown(has.image)
        ? `rcluster upgrade --cluster ${has.name} --image ${asked.image}, or --cluster with another name`
        : `rcluster down --cluster ${has.name} first, or --cluster with another name`,
  });
}

/** In whatever order records were written. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
