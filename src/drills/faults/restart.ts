import type { NodeName } from '../../config/types.js';
import type { Fault } from './fault.js';
import { bringBack, eachNode } from './lifecycle.js';

/** SIGTERM, and started again at once; healed when it takes part again. @throws CONFIG_INVALID */
export function restart(nodes: readonly NodeName[]): Fault {
  return eachNode(
    'restart',
    nodes,
    async ({ found }, node) => {
      await found.runtime.stopNode(found.record.spec.name, node);
      await found.runtime.startNode(found.record.spec.name, node);
    },
    bringBack,
  );
}
