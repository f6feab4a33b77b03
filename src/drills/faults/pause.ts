import type { NodeName } from '../../config/types.js';
import { untilBack } from '../../operations/node-lifecycle.js';
import { again } from '../../runtimes/detect.js';
import type { Fault } from './fault.js';
import { eachNode } from './lifecycle.js';

/**
 * Frozen: it keeps its connections and answers nothing. The nastiest for clients, since they get no error, only silence.
 *
 * @throws CONFIG_INVALID
 */
export function pause(nodes: readonly NodeName[]): Fault {
  return eachNode(
    'pause',
    nodes,
    ({ found }, node) => found.runtime.pauseNode(found.record.spec.name, node),
    async ({ found, emit }, node) => {
      emit({ type: 'step', text: `resuming ${node}` });
      await found.runtime.resumeNode(found.record.spec.name, node);
      const { record } = await again(found);
      // One that was killed while it was frozen is somebody else's to start.
      const isUp = record.nodes.some(({ name, state }) => name === node && state === 'running');
      if (isUp) await untilBack(found, node, undefined);
    },
  );
}
