import type { NodeName } from '../../config/types.js';
import type { Fault } from './fault.js';
import { bringBack, eachNode } from './lifecycle.js';

/** SIGKILL: the others notice when it has not answered for a node timeout. @throws CONFIG_INVALID */
export function kill(nodes: readonly NodeName[]): Fault {
  return eachNode(
    'kill',
    nodes,
    ({ found }, node) => found.runtime.killNode(found.record.spec.name, node),
    bringBack,
  );
}
