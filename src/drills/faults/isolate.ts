import type { NodeName } from '../../config/types.js';
import type { Cut } from './cuts.js';
import type { Fault, FaultContext } from './fault.js';
import { idOf } from './identity.js';
import { chooseCutMeans, cut, mendCut } from './network-cut.js';
import { reasonOf } from './network.js';
import { downReason, requireNodes } from './struck.js';

/** Cuts each of the nodes off from all others. @throws CONFIG_INVALID */
export function isolate(nodes: readonly NodeName[]): Fault {
  requireNodes('isolate', nodes);
  const cutsOf = ({ found }: FaultContext): Cut[] => {
    const all = found.record.nodes.map(({ name }) => name);
    return nodes.map((node) => ({ node, peers: all.filter((other) => other !== node) }));
  };
  const fault: Fault = {
    kind: 'isolate',
    nodes,
    text: `isolate ${nodes.join(',')}`,
    impossible: async (context) =>
      (await downReason(context, nodes)) ?? (await reasonOf(chooseCutMeans(context, nodes[0] ?? '', false))),
    inject: async (context) => {
      const means = await chooseCutMeans(context, nodes[0] ?? '', false);
      await cut(context, idOf(fault), cutsOf(context), false, means);
    },
    heal: (context) => mendCut(context, idOf(fault), cutsOf(context)),
    toJSON: () => ({ fault: 'isolate', nodes }),
  };
  return fault;
}
