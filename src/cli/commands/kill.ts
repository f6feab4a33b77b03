import { RclusterError } from '../../base/errors.js';
import { kill, type KillTarget } from '../../drills/kill.js';
import { EXIT } from '../exit-codes.js';
import { killText } from '../ui/timeline.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { options }) => {
  const target = targetOf(options);
  const result = await kill(cluster, { target, wait: options['wait'] !== false, emit: ui.emit, signal });
  ui.result(result, () => killText(result));
  return EXIT.done;
};

function targetOf(options: Readonly<Record<string, unknown>>): KillTarget {
  const { master, replica, node } = options as Partial<Record<string, string>>;
  if (master !== undefined) return { master };
  if (replica !== undefined) return { replica };
  if (node !== undefined) return { node };
  throw new RclusterError('USAGE', 'kill needs a victim: --master NODE, --replica NODE or --node NODE', {
    hint: 'rcluster status shows the nodes',
  });
}
