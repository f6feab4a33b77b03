import { resumeNode } from '../../drills/break.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [reference = ''] }) => {
  const result = await resumeNode(cluster, reference, { emit: ui.emit, signal });
  const { name, port, state, role } = result.node;
  ui.result(result, () => `${name} (${port}) is ${state}${role === undefined ? '' : `, a ${role}`}`);
  return EXIT.done;
};
