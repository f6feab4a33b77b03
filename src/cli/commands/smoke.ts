import { writeFile } from 'node:fs/promises';
import { smoke } from '../../drills/smoke.js';
import { EXIT } from '../exit-codes.js';
import { smokeText } from '../ui/drills.js';
import { requireWritable } from './files.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, signal }, { options }) => {
  const { junit } = options;
  if (typeof junit === 'string') await requireWritable('junit', junit);
  const report = await smoke(chosenOptions(options, ['junit']), { emit: ui.emit, signal });
  if (typeof junit === 'string') {
    const { renderSmokeJUnit } = await import('../../reports/smoke-junit.js');
    await writeFile(junit, renderSmokeJUnit(report));
  }
  ui.result(report, () => smokeText(report));
  return report.verdict === 'pass' ? EXIT.done : EXIT.unhealthy;
};
