import { activeFaults } from '../../drills/faults/index.js';
import { EXIT } from '../exit-codes.js';
import { faultsText } from '../ui/faults.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster }) => {
  const faults = await activeFaults(cluster);
  ui.result({ cluster, faults }, () => faultsText(cluster, faults));
  return EXIT.done;
};
