import { RclusterError } from '../../base/errors.js';
import type { NodeName } from '../../config/types.js';
import { cutsBetween } from './cuts.js';
import type { Fault } from './fault.js';
import { idOf } from './identity.js';
import { chooseCutMeans, cut, mendCut } from './network-cut.js';
import { reasonOf } from './network.js';
import { downReason } from './struck.js';

/**
 * Parts the nodes into groups that do not reach each other. One way: what the first group sends does not arrive at the
 * second. Every connection needs both ways, so neither side gets an answer; but the second goes on hearing nothing, while
 * the first goes on hearing.
 *
 * @throws CONFIG_INVALID
 */
export function partition(groups: readonly (readonly NodeName[])[], oneWay: boolean): Fault {
  if (groups.length < 2 || groups.some(({ length }) => length === 0))
    throw new RclusterError('CONFIG_INVALID', 'partition: it takes two groups or more, none of them empty');
  if (oneWay && groups.length !== 2)
    throw new RclusterError(
      'CONFIG_INVALID',
      `partition: one way goes between two groups, not ${groups.length}`,
    );
  const nodes = groups.flat();
  if (new Set(nodes).size !== nodes.length)
    throw new RclusterError('CONFIG_INVALID', 'partition: a node cannot be in two groups');
  const cuts = cutsBetween(groups, oneWay);
  const fault: Fault = {
    kind: 'partition',
    nodes,
    text: `partition ${groups.map((group) => group.join(',')).join('/')}${oneWay ? ' one way' : ''}`,
    impossible: async (context) =>
      (await downReason(context, nodes)) ?? (await reasonOf(chooseCutMeans(context, nodes[0] ?? '', oneWay))),
    inject: async (context) => {
      const means = await chooseCutMeans(context, nodes[0] ?? '', oneWay);
      await cut(context, idOf(fault), cuts, oneWay, means);
    },
    heal: (context) => mendCut(context, idOf(fault), cuts),
    toJSON: () => ({ fault: 'partition', groups, oneWay }),
  };
  return fault;
}
