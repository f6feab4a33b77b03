import { duration } from '../../base/format.js';
import { startNode } from '../../operations/node-lifecycle.js';
import { EXIT } from '../exit-codes.js';
import { statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [reference = ''] }) => {
  const result = await startNode(cluster, reference, { emit: ui.emit, signal });
  const { node } = result;
  ui.result(result, () => {
    const role = node.role === 'replica' ? `a replica of ${node.replicaOf ?? '?'}` : 'a master';
    return [
      `${node.name} (${node.port}) is back after ${duration(result.elapsedMs)}, as ${role}`,
      '',
      statusText(result),
    ].join('\n');
  });
  return EXIT.done;
};
