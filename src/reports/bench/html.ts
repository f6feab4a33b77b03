import { bytes, printable } from '../../base/format.js';
import { count, instant, percent, time, UNMEASURED } from '../figures.js';
import { mapText } from '../map-text.js';
import { page, type PageAssets } from '../page/frame.js';
import { html, type Markup } from '../page/markup.js';
import { alarming, figureList, table } from '../page/parts.js';
import { baselineHeadline, figureCells, peerText } from './beside.js';
import type { BenchEnvironment, BenchReport, BenchResult, ScalingReport } from './model.js';
import { spreadText } from './scaling-text.js';
import { loadText, mixText, requestsText, roundsText, share, targetText } from './words.js';

/** The report of a benchmark, or of a comparison, as one page with plots of throughput and latency against nodes. */
export function renderBenchHtml(report: BenchReport | ScalingReport, assets: PageAssets): string {
  const safe = mapText(report, printable);
  const body = safe.kind === 'bench' ? clusterBody(safe) : scalingBody(safe);
  return page(`bench: ${mixText(report.load)}`, body, report, assets);
}

function clusterBody({ load, environment, result, peer, baseline }: BenchReport): Markup {
  const { latency } = result;
  return html`${header(`${mixText(load)} on ${environment.cluster}`, [
      `${targetText(environment)}; ${instant(environment.startedAt)}`,
      loadText(load),
    ])}
    <main id="main">
      ${figureList([
        ['ops', 'Requests a second', count(result.opsPerSecond), requestsText(result)],
        ['p99', 'p99', time(latency?.p99 ?? null), `p50 ${time(latency?.p50 ?? null)}`],
        ['max', 'Longest', time(latency?.max ?? null), `p99.9 ${time(latency?.p999 ?? null)}`],
        ['failed', 'Failed', alarming(result.failed, count(result.failed)), `of ${count(result.requests)}`],
      ])}
      <p>Bound: ${result.bound.why}.</p>
      ${peer === null ? null : html`<p>${peerText(peer)}.</p>`}
      ${
        baseline === null
          ? null
          : html`<h2>Compared with an earlier run: ${baselineHeadline(baseline)}</h2>
              ${table(
                'Compared with an earlier run',
                [{ title: 'Figure' }, FIGURE('Before'), FIGURE('Now'), { title: 'Change' }],
                baseline.figures.map(figureCells),
              )}
              ${baseline.differences.map((difference) => html`<p>Not the same run: ${difference}.</p>`)}`
      }
      ${plots('nodes')} ${nodeTable(result)} ${machine(environment)}
    </main>`;
}

function scalingBody({ load, environment, rows, rounds, replicas, verdict }: ScalingReport): Markup {
  const [answer = '', ...reasons] = verdict.why;
  return html`${header(`${mixText(load)}: ${rows.map(({ topology }) => topology).join(', ')}`, [
      `${environment.image} (${environment.serverVersion}) on ${environment.runtime}, ${replicas} replicas of each master; ${instant(environment.startedAt)}`,
      `${loadText(load)}; ${roundsText(rounds)}`,
    ])}
    <main id="main">
      <p class="reason ${verdict.showsScaling ? 'pass' : 'skip'}" id="reason">${answer}</p>
      ${reasons.map((sentence) => html`<p>${sentence}</p>`)} ${plots('topologies')}
      ${table(
        'Topologies',
        [
          { title: 'Topology' },
          ...['Ops/s', 'Spread', 'p99', 'Memory limit', 'Factor', 'Efficiency', 'Ops per CPU second'].map(
            FIGURE,
          ),
          { title: 'Limit' },
          FIGURE('Projected'),
        ],
        rows.map((row) => [
          row.topology,
          count(row.opsPerSecond.median),
          spreadText(row.opsPerSecond),
          time(row.p99Ms?.median ?? null),
          row.memoryLimitBytes === null ? 'none' : bytes(row.memoryLimitBytes),
          `${row.factor.toFixed(2)} x`,
          percent(row.efficiency),
          row.opsPerNodeCpuSecond === null ? UNMEASURED : count(row.opsPerNodeCpuSecond.median),
          html`<span title="${row.bound.why}">${row.bound.by}</span>`,
          row.projectedOpsPerSecond === null ? UNMEASURED : `(${count(row.projectedOpsPerSecond)})`,
        ]),
      )}
      ${table(
        'Cores that were used',
        [{ title: 'Topology' }, ...['Nodes', 'Load', 'Others'].map(FIGURE)],
        rows.map(({ topology, use }) => [
          topology,
          ...[use.nodes, use.load, use.others].map((cores) => cores.toFixed(2)),
        ]),
      )}
      ${machine(environment)}
    </main>`;
}

const FIGURE = (title: string) => ({ title, isFigure: true });

function header(title: string, lines: readonly string[]): Markup {
  return html`<header>
    <div class="title"><h1>${title}</h1></div>
    ${lines.map((line) => html`<p class="soft">${line}</p>`)}
  </header>`;
}

/** The script draws them; the tables below say the same. */
function plots(what: string): Markup {
  return html`<div class="plots">
    <p class="plot-title">Requests a second</p>
    <div
      class="plot"
      data-metric="throughput"
      role="img"
      aria-label="Requests a second by ${what}; the table has the figures"
    ></div>
    <p class="plot-title">p99 in milliseconds</p>
    <div
      class="plot"
      data-metric="latency"
      role="img"
      aria-label="p99 by ${what}; the table has the figures"
    ></div>
  </div>`;
}

function nodeTable({ nodes, elapsedMs }: BenchResult): Markup {
  return table(
    'Nodes',
    [
      { title: 'Node' },
      { title: 'Role' },
      ...['Ops/s', 'p50', 'p99', 'p99.9', 'Max', 'Failed', 'CPU', 'Memory', 'Keys'].map(FIGURE),
    ],
    nodes.map(({ name, role, ok, failed, latency, cpuSeconds, memoryBytes, keys }) => [
      name,
      role,
      count((ok * 1000) / elapsedMs),
      ...[latency?.p50, latency?.p99, latency?.p999, latency?.max].map((ms) => time(ms ?? null)),
      alarming(failed, count(failed)),
      share((cpuSeconds * 1000) / elapsedMs),
      bytes(memoryBytes),
      count(keys),
    ]),
  );
}

function machine({
  cores,
  cpu,
  memoryBytes,
  node,
  path,
}: Pick<BenchEnvironment, 'cores' | 'cpu' | 'memoryBytes' | 'node' | 'path'>): Markup {
  const way = path === 'nodes' ? "to the nodes' own addresses" : 'through the published ports';
  return html`<p class="soft">${cores} x ${cpu}, ${bytes(memoryBytes)}, Node.js ${node}; ${way}.</p>`;
}
