import { RclusterError } from '../../base/errors.js';
import { list } from '../../base/format.js';
import type { NodeName } from '../../config/types.js';
import { again } from '../../runtimes/detect.js';
import type { FaultContext } from './fault.js';

/** @throws CONFIG_INVALID when a fault would strike nobody */
export function requireNodes(kind: string, nodes: readonly NodeName[]): void {
  if (nodes.length === 0) throw new RclusterError('CONFIG_INVALID', `${kind}: no node is named`);
}

/** @throws CONFIG_INVALID */
export function requireNumber(what: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  throw new RclusterError('CONFIG_INVALID', `${what} is ${value}, and must be from ${min} to ${max}`);
}

/** Who of them does not run, as a reason why they cannot be struck; undefined when all do. */
export async function downReason(
  { found }: FaultContext,
  nodes: readonly NodeName[],
): Promise<string | undefined> {
  const { record } = await again(found);
  const down = nodes.flatMap((name) => {
    const state = record.nodes.find((node) => node.name === name)?.state ?? 'not there';
    return state === 'running' ? [] : [`${name} is ${state}`];
  });
  return down.length === 0 ? undefined : list(down);
}
