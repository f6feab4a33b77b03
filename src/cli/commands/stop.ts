import { stopNode } from '../../operations/node-lifecycle.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [reference = ''] }) => {
  const result = await stopNode(cluster, reference, { emit: ui.emit, signal });
  const { name, port, state } = result.node;
  ui.result(result, () => `${name} (${port}) is ${state}\nbring it back: rcluster start ${port}`);
  return EXIT.done;
};
