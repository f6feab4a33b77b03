import { compareWithBaseline } from '../../bench/baseline.js';
import { bench } from '../../bench/bench.js';
import { benchScaling } from '../../bench/compare.js';
import { RclusterError } from '../../base/errors.js';
import { readBaseline } from '../../config/bench-baseline.js';
import { benchSchema, type BenchOptions } from '../../config/bench-schema.js';
import { resolveOptions } from '../../config/resolve.js';
import type { BenchReport, ScalingReport } from '../../reports/bench/model.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { benchText, scalingText } from '../ui/bench.js';
import { versioned } from '../ui/json.js';
import { reportFiles } from './files.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

type Render = (report: BenchReport | ScalingReport) => Promise<string>;

/** The files that a report can be written to, by their flags. Their renderers are loaded when they are asked for. */
const RENDERERS: Readonly<Record<string, Render>> = {
  save: (report) => Promise.resolve(`${versioned(report)}\n`),
  markdown: async (report) => (await import('../../reports/bench/markdown.js')).renderBenchMarkdown(report),
  csv: async (report) => (await import('../../reports/bench/csv.js')).renderBenchCsv(report),
  html: async (report) => {
    const [{ renderBenchHtml }, { readPageAssets }] = await Promise.all([
      import('../../reports/bench/html.js'),
      import('../../reports/page-assets.js'),
    ]);
    return renderBenchHtml(report, await readPageAssets('bench'));
  },
};

export const run: CommandRun = async (context, { options }) => {
  const writeFiles = await reportFiles(options, RENDERERS);
  const asked: BenchOptions = chosenOptions(options, [...Object.keys(RENDERERS), 'against']);
  const { report, exit, show } =
    asked.compare === undefined
      ? await measureCluster(context, asked, options['against'])
      : await compareTopologies(context, asked, options['against']);
  context.ui.result(report, show);
  await writeFiles(report);
  return exit;
};

interface Outcome {
  readonly report: BenchReport | ScalingReport;
  readonly exit: number;
  readonly show: () => string;
}

async function measureCluster(
  { ui, cluster, signal }: CommandContext,
  asked: BenchOptions,
  against: unknown,
): Promise<Outcome> {
  const file = typeof against === 'string' ? against : undefined;
  const before = file === undefined ? undefined : await readBaseline(file);
  const { tolerance } = resolveOptions(benchSchema, asked);
  const measured = await bench(cluster, asked, { emit: ui.emit, signal });
  const baseline =
    before === undefined || file === undefined
      ? null
      : compareWithBaseline(measured, before, tolerance / 100, file);
  const report = { ...measured, baseline };
  const exit = baseline?.verdict === 'fail' ? EXIT.unhealthy : EXIT.done;
  return { report, exit, show: () => benchText(report) };
}

async function compareTopologies(
  { ui, signal }: CommandContext,
  asked: BenchOptions,
  against: unknown,
): Promise<Outcome> {
  if (against !== undefined)
    throw new RclusterError('CONFIG_INVALID', '--against: holds one cluster against an earlier run of one');
  const report = await benchScaling(asked, { emit: ui.emit, signal });
  return { report, exit: EXIT.done, show: () => scalingText(report) };
}
