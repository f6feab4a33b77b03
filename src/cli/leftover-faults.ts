import { list } from '../base/format.js';
import type { CommandName } from './commands/index.js';
import type { Ui } from './ui/ui.js';

/** Commands that change a cluster, and go wrong in strange ways on one that is broken on purpose. */
const CHANGING: ReadonlySet<CommandName> = new Set([
  'up',
  'add-master',
  'add-replica',
  'remove',
  'rebalance',
  'reshard',
  'upgrade',
  'failover',
  'fix',
  'kill',
]);

/** Says what a drill or a command has left broken. One look at the cluster's folder where there is nothing. */
export async function noticeFaults(ui: Ui, command: CommandName, cluster: string): Promise<void> {
  if (!CHANGING.has(command)) return;
  const { readLedger } = await import('../drills/faults/ledger.js');
  // A node that was killed or stopped is seen to be down anyway.
  const left = (await readLedger(cluster)).filter(
    ({ fault: { fault } }) => fault !== 'kill' && fault !== 'stop',
  );
  if (left.length === 0) return;
  const text = `"${cluster}" is broken on purpose: ${list(left.map((entry) => entry.text))}; rcluster heal mends it`;
  ui.emit({ type: 'warning', text });
}
