import { smoke } from '../../drills/smoke.js';
import type { SmokeReport } from '../../reports/smoke-model.js';
import { EXIT } from '../exit-codes.js';
import { smokeText } from '../ui/drills.js';
import { reportFiles } from './files.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

const RENDERERS = {
  junit: async (report: SmokeReport) =>
    (await import('../../reports/smoke-junit.js')).renderSmokeJUnit(report),
};

export const run: CommandRun = async ({ ui, signal }, { options }) => {
  const writeFiles = await reportFiles(options, RENDERERS);
  const report = await smoke(chosenOptions(options, Object.keys(RENDERERS)), { emit: ui.emit, signal });
  ui.result(report, () => smokeText(report));
  await writeFiles(report);
  return report.verdict === 'pass' ? EXIT.done : EXIT.unhealthy;
};
