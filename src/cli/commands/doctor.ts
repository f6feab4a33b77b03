import { doctor } from '../../operations/checkup/doctor.js';
import { EXIT } from '../exit-codes.js';
import { checkupText } from '../ui/checkup.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { options }) => {
  const report = await doctor(cluster, chosenOptions(options, ['markdown']), { emit: ui.emit, signal });
  if (options['markdown'] === true) {
    const { renderCheckupMarkdown } = await import('../../reports/checkup-markdown.js');
    ui.result(report, () => renderCheckupMarkdown(report));
  } else ui.result(report, () => checkupText(report));
  return report.verdict === 'error' ? EXIT.unhealthy : EXIT.done;
};
