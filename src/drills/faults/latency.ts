import type { NodeName } from '../../config/types.js';
import type { Fault, FaultContext } from './fault.js';
import { DEVICE, addDelay } from './network-commands.js';
import { changeNetworks, chooseMeans, mendNetworks, reasonOf } from './network.js';
import { downReason, requireNodes, requireNumber } from './struck.js';

/**
 * Delays everything that the nodes send, to each other and to clients. It takes the kernel's sch_netem.
 *
 * @throws CONFIG_INVALID
 */
export function latency(nodes: readonly NodeName[], delayMs: number, jitterMs: number): Fault {
  requireNodes('latency', nodes);
  requireNumber('latency: the delay in milliseconds', delayMs, 1, 60_000);
  requireNumber('latency: the jitter in milliseconds', jitterMs, 0, delayMs);
  const choose = (context: FaultContext) =>
    chooseMeans(context, nodes[0] ?? '', 'delay packets, which takes its module sch_netem', [
      { name: 'netem', trial: addDelay('lo', delayMs, jitterMs) },
    ]);
  return {
    kind: 'latency',
    nodes,
    text: `latency ${nodes.join(',')} ${delayMs} ms${jitterMs > 0 ? ` ± ${jitterMs} ms` : ''}`,
    impossible: async (context) => (await downReason(context, nodes)) ?? (await reasonOf(choose(context))),
    inject: (context) =>
      changeNetworks(context, new Map(nodes.map((node) => [node, addDelay(DEVICE, delayMs, jitterMs)]))),
    heal: async (context) => {
      await mendNetworks(context, nodes, { chains: false, routes: false, delay: true });
    },
    toJSON: () => ({ fault: 'latency', nodes, delayMs, jitterMs }),
  };
}
