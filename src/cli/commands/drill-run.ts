import { readScenario } from '../../config/scenario-file.js';
import { drillCluster } from '../../drills/drill.js';
import type { DrillReport } from '../../reports/model.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { drillText } from '../ui/drills.js';
import { reportFiles } from './files.js';
import { chosenOptions } from './options.js';

/** The files that a report can be written to, by their flags. Their renderers are loaded when they are asked for. */
const RENDERERS: Readonly<Record<string, (report: DrillReport) => Promise<string>>> = {
  junit: async (report) => (await import('../../reports/junit.js')).renderJUnit(report),
  markdown: async (report) => (await import('../../reports/markdown.js')).renderMarkdown(report),
  html: async (report) => {
    const [{ renderHtml }, { readPageAssets }] = await Promise.all([
      import('../../reports/html.js'),
      import('../../reports/page-assets.js'),
    ]);
    return renderHtml(report, await readPageAssets());
  },
};

const EXITS = { pass: EXIT.done, fail: EXIT.unhealthy, skip: EXIT.environment } as const;

/** Runs a drill, prints its report, and writes it to the files that were asked for. */
export async function runDrillCommand(
  { ui, cluster, signal }: CommandContext,
  nameOrFile: string,
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const writeFiles = await reportFiles(options, RENDERERS);
  const { scenario } = await readScenario(nameOrFile);
  const asked = chosenOptions(options, Object.keys(RENDERERS));
  const report = await drillCluster(cluster, scenario, asked, { emit: ui.emit, signal });
  ui.result(report, () => drillText(report));
  await writeFiles(report);
  return EXITS[report.verdict];
}
