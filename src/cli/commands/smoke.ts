import { smoke } from '../../drills/smoke.js';
import { EXIT } from '../exit-codes.js';
import { smokeText } from '../ui/drills.js';
import { requireWritable, writeReport } from './files.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, signal }, { options }) => {
  const { junit } = options;
  if (typeof junit === 'string') await requireWritable('junit', junit);
  const report = await smoke(chosenOptions(options, ['junit']), { emit: ui.emit, signal });
  ui.result(report, () => smokeText(report));
  if (typeof junit === 'string') {
    const { renderSmokeJUnit } = await import('../../reports/smoke-junit.js');
    await writeReport('junit', junit, renderSmokeJUnit(report));
  }
  return report.verdict === 'pass' ? EXIT.done : EXIT.unhealthy;
};
