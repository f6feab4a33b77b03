import { RclusterError } from '../base/errors.js';
import { keySlot, type SlotRange } from './slots.js';

/** What a node can be recognised by. */
export interface Nameable {
  readonly name: string;
  readonly port: number;
  /** Empty while the node has none, or does not answer. */
  readonly id: string;
  readonly slots: readonly SlotRange[];
}

/**
 * Finds the node that `reference` names: its port, its name, the beginning of its id (4 characters or more),
 * `slot:5474` or `key:user:1` (the master that owns it).
 *
 * @throws NODE_UNKNOWN or NODE_AMBIGUOUS, with the nodes that there are
 */
export function findNode<Node extends Nameable>(nodes: readonly Node[], reference: string): Node {
  const exact = nodes.filter((node) => node.name === reference || String(node.port) === reference);
  const matching = exact.length > 0 ? exact : nodes.filter(matcher(reference));
  const [found] = matching;
  if (found !== undefined && matching.length === 1) return found;
  const details = (matching.length > 1 ? matching : nodes).map(describe);
  throw matching.length > 1
    ? new RclusterError('NODE_AMBIGUOUS', `"${reference}" matches ${matching.length} nodes`, { details })
    : new RclusterError('NODE_UNKNOWN', `no node is called "${reference}"`, {
        details,
        hint: 'a node is named by its port, its name, 4 or more characters of its id, slot:N or key:NAME',
      });
}

function matcher(reference: string): (node: Nameable) => boolean {
  const [, kind, rest = ''] = /^(slot|key):(.*)$/s.exec(reference) ?? [];
  if (kind !== undefined) {
    const slot = kind === 'slot' ? (/^\d+$/.test(rest) ? Number(rest) : -1) : keySlot(rest);
    return (node) => node.slots.some(([first, last]) => first <= slot && slot <= last);
  }
  // Four digits may be a port or the start of an id; findNode has looked for the port already.
  return (node) => /^[0-9a-f]{4,40}$/.test(reference) && node.id.startsWith(reference);
}

function describe(node: Nameable): string {
  return `${node.port}  ${node.name}${node.id === '' ? '' : `  ${node.id.slice(0, 8)}`}`;
}
