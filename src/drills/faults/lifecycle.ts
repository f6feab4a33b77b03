import { all } from '../../base/concurrency.js';
import type { NodeName } from '../../config/types.js';
import { untilBack } from '../../operations/node-lifecycle.js';
import { again } from '../../runtimes/detect.js';
import type { Fault, FaultContext, FaultRecord } from './fault.js';
import { downReason, requireNodes } from './struck.js';

/** What becomes of one node. */
type Act = (context: FaultContext, node: NodeName) => Promise<void>;

/** A fault that does the same to each of its nodes, at once. @throws CONFIG_INVALID */
export function eachNode(
  kind: Extract<FaultRecord, { nodes: readonly NodeName[] }>['fault'] &
    ('kill' | 'stop' | 'restart' | 'pause'),
  nodes: readonly NodeName[],
  inject: Act,
  heal: Act,
): Fault {
  requireNodes(kind, nodes);
  return {
    kind,
    nodes,
    text: `${kind} ${nodes.join(',')}`,
    impossible: (context) => downReason(context, nodes),
    inject: async (context) => {
      await all(nodes, (node) => inject(context, node));
    },
    heal: async (context) => {
      const present = await presentOf(context, nodes);
      await all(present, (node) => heal(context, node));
    },
    toJSON: () => ({ fault: kind, nodes }),
  };
}

/** A node that has been removed since then needs no healing. */
async function presentOf({ found }: FaultContext, nodes: readonly NodeName[]): Promise<NodeName[]> {
  const { record } = await again(found);
  return nodes.filter((name) => record.nodes.some((node) => node.name === name));
}

/** Starts a node that has ended, and waits until it takes part again. */
export const bringBack: Act = async ({ found, emit }, node) => {
  emit({ type: 'step', text: `bringing ${node} back` });
  await found.runtime.startNode(found.record.spec.name, node);
  await untilBack(found, node, undefined);
};
