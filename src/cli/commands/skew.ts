import { measureSkew } from '../../operations/inspect/skew.js';
import { EXIT } from '../exit-codes.js';
import { skewText, weightArguments } from '../ui/skew.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { options }) => {
  const { ports, weights, ...result } = await measureSkew(cluster, chosenOptions(options), {
    emit: ui.emit,
    signal,
  });
  const even =
    weights === undefined
      ? undefined
      : { ...weights, weights: weightArguments(weights, result.masters, ports) };
  ui.result({ ...result, weights: even }, () => skewText(result, even));
  return result.unseen.length > 0 ? EXIT.unhealthy : EXIT.done;
};
