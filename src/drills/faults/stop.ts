import type { NodeName } from '../../config/types.js';
import type { Fault } from './fault.js';
import { bringBack, eachNode } from './lifecycle.js';

/** SIGTERM: it saves what it has to, and ends. @throws CONFIG_INVALID */
export function stop(nodes: readonly NodeName[]): Fault {
  return eachNode(
    'stop',
    nodes,
    ({ found }, node) => found.runtime.stopNode(found.record.spec.name, node),
    bringBack,
  );
}
