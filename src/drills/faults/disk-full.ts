import { all } from '../../base/concurrency.js';
import { RclusterError } from '../../base/errors.js';
import type { NodeName } from '../../config/types.js';
import type { HelperScript } from '../../runtimes/runtime.js';
import type { Fault, FaultContext } from './fault.js';
import { EMPTY_SCRIPT, LOOK_SCRIPT, fillScript, spacesIn, whyNotToFill } from './space.js';
import { downReason, requireNodes } from './struck.js';

/**
 * Fills the file system of the nodes' data, where each has a small one of its own: a volume with a size, or a mount. Any
 * other is shared with the host, which must not run out of space for a drill.
 *
 * @throws CONFIG_INVALID
 */
export function diskFull(nodes: readonly NodeName[]): Fault {
  requireNodes('disk-full', nodes);
  return {
    kind: 'disk-full',
    nodes,
    text: `disk-full ${nodes.join(',')}`,
    impossible: async (context) => {
      const down = await downReason(context, nodes);
      if (down !== undefined) return down;
      const reasons = await all(nodes, async (node) => {
        const reason = whyNotToFill(await beside(context, node, LOOK_SCRIPT));
        return reason === undefined ? [] : [`${node}: ${reason}`];
      });
      return reasons.flat()[0];
    },
    inject: async (context) => {
      await all(nodes, async (node) => {
        const before = await beside(context, node, LOOK_SCRIPT);
        const reason = whyNotToFill(before);
        const [, inside] = spacesIn(before);
        if (reason !== undefined || inside === undefined)
          throw new RclusterError('FAULT_IMPOSSIBLE', `${node}: ${reason ?? 'df says nothing'}`);
        const left = spacesIn(await beside(context, node, fillScript(inside)))[1]?.available ?? Infinity;
        if (left > 0)
          throw new RclusterError('ENGINE_ERROR', `${node}: ${left} KB are still free after filling it up`);
      });
    },
    heal: async (context) => {
      const present = nodes.filter((node) => context.found.record.nodes.some(({ name }) => name === node));
      await all(present, (node) => beside(context, node, EMPTY_SCRIPT));
    },
    toJSON: () => ({ fault: 'disk-full', nodes }),
  };
}

async function beside(
  { found, emit, signal }: FaultContext,
  node: NodeName,
  script: HelperScript,
): Promise<string> {
  const { runtime, record } = found;
  const { output } = await runtime.runHelper(record.spec.name, node, 'data', script, { emit, signal });
  return output;
}
