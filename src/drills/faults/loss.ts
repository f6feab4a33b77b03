import type { NodeName } from '../../config/types.js';
import type { Fault, FaultContext } from './fault.js';
import { idOf } from './identity.js';
import { chainOf, insertChain, lossRules, type Iptables } from './network-commands.js';
import { changeNetworks, chooseMeans, mendNetworks, reasonOf } from './network.js';
import { downReason, requireNodes, requireNumber } from './struck.js';

/**
 * Loses packets that reach the nodes and that leave them, by chance, from and to each other and clients.
 *
 * @throws CONFIG_INVALID
 */
export function loss(nodes: readonly NodeName[], percent: number): Fault {
  requireNodes('loss', nodes);
  requireNumber('loss: the percentage', percent, 1, 100);
  const choose = (context: FaultContext) =>
    chooseMeans<Iptables>(
      context,
      nodes[0] ?? '',
      'lose packets by chance, which takes its module xt_statistic',
      (['iptables-nft', 'iptables-legacy'] as const).map((name) => ({
        name,
        trial: insertChain(name, chainOf('0'), lossRules(percent)),
      })),
    );
  const fault: Fault = {
    kind: 'loss',
    nodes,
    text: `loss ${nodes.join(',')} ${percent}%`,
    impossible: async (context) => (await downReason(context, nodes)) ?? (await reasonOf(choose(context))),
    inject: async (context) => {
      const script = insertChain(await choose(context), chainOf(idOf(fault)), lossRules(percent));
      await changeNetworks(context, new Map(nodes.map((node) => [node, script])));
    },
    heal: async (context) => {
      await mendNetworks(context, nodes, { id: idOf(fault), chains: true, routes: false, delay: false });
    },
    toJSON: () => ({ fault: 'loss', nodes, percent }),
  };
  return fault;
}
