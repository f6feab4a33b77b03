import { duration } from '../../base/format.js';
import { planUpgrade, upgrade, type UpgradeStep } from '../../operations/scaling/upgrade.js';
import { EXIT } from '../exit-codes.js';
import { columns, statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';
import { confirm } from './scaling.js';

export const run: CommandRun = async (context, { options }) => {
  const { ui, cluster, signal } = context;
  const image = String(options['image']);
  if (options['dryRun'] === true) {
    const plan = await planUpgrade(cluster, { image });
    ui.result(plan, () =>
      columns(
        ['', 'STEP', 'WHAT'],
        plan.steps.map((step, index) => [String(index + 1), step.kind, whatOf(step)]),
      ),
    );
    return EXIT.done;
  }
  await confirm(context, `give every node of "${cluster}" the image ${image}?`, options['yes'] === true);
  const result = await upgrade(cluster, { image }, { emit: ui.emit, signal });
  ui.result(result, () =>
    [
      `upgraded from ${result.from} to ${result.to} in ${duration(result.elapsedMs)}`,
      '',
      statusText(result),
    ].join('\n'),
  );
  return EXIT.done;
};

function whatOf(step: UpgradeStep): string {
  return step.kind === 'replace' ? step.node : `${step.to} takes over from ${step.from}`;
}
