import { healAll } from '../../drills/faults/index.js';
import { EXIT } from '../exit-codes.js';
import { healText } from '../ui/faults.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster }) => {
  const result = await healAll(cluster, { emit: ui.emit });
  ui.result(result, () => healText(result));
  return EXIT.done;
};
