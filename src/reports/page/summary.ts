import { bytes } from '../../base/format.js';
import { count, instant, percent, range, time } from '../figures.js';
import type { DrillReport, Environment } from '../model.js';
import { adviceOf, expectationsOf, reasonOf, verdictOf } from '../outcome.js';
import { html, type Markup } from './markup.js';
import { alarming, badge, figureList, orDash, table, type KeyFigure } from './parts.js';

export function header(report: DrillReport): Markup {
  const { drill, verdict, question, environment } = report;
  return html`<header>
    <div class="title">
      <h1>${drill}</h1>
      ${badge(verdict)}
    </div>
    <p class="question">${question}</p>
    <p class="reason ${verdict}" id="reason">${reasonOf(report)}</p>
    <p class="soft">
      ${environment.masters} masters and ${environment.replicas} replicas, node timeout
      ${environment.nodeTimeoutMs} ms, Redis ${environment.serverVersion}, ${instant(environment.startedAt)}
    </p>
  </header>`;
}

/** The figures that people come for. */
export function keyFigures(report: DrillReport): Markup | null {
  const { runs, summary } = report;
  const [run] = runs;
  if (run === undefined) return null;
  const { outageMs, writes, errorRatio } = summary;
  const passed = runs.filter((one) => verdictOf(report, one) === 'pass').length;
  const isOne = runs.length === 1;
  const outage: KeyFigure = isOne
    ? [
        'outage',
        'Outage',
        time(run.outageMs),
        run.expected === null ? '' : `expected ${range(run.expected.outageMs)}`,
      ]
    : [
        'outage',
        'Outage, p50',
        time(outageMs?.p50 ?? null),
        outageMs === null ? '' : range([outageMs.min, outageMs.max]),
      ];
  const last: KeyFigure = isOne
    ? ['promoted', 'Took over', orDash(run.promoted), run.victim === null ? '' : `from ${run.victim}`]
    : ['passed', 'Runs passed', `${passed} of ${runs.length}`, `seed ${report.environment.seed}`];
  const figures: KeyFigure[] = [
    outage,
    [
      'lost',
      'Writes lost',
      alarming(writes.lost, count(writes.lost)),
      `of ${count(writes.acknowledged)} acknowledged`,
    ],
    ['failed', 'Requests failed', percent(errorRatio), `${count(writes.failed)} of them writes`],
    last,
  ];
  return figureList(figures);
}

export function expectations(report: DrillReport): Markup | null {
  const all = expectationsOf(report);
  if (all.length === 0) return null;
  const isOne = report.runs.length === 1;
  return html`<section id="expectations" aria-labelledby="expectations-title">
    <h2 id="expectations-title">Expectations</h2>
    ${table(
      'Expectations',
      [
        { title: 'Expected' },
        { title: 'Verdict' },
        { title: isOne ? 'Measured' : 'Measured, run by run', isWide: true },
      ],
      all.map(({ text, verdict, results }) => [
        html`<code>${text}</code>`,
        badge(verdict),
        html`<ol class="measured">
          ${results.map(
            (result) =>
              html`<li class="${result.verdict}">
                ${isOne ? null : html`<span class="soft">run ${result.run}</span> `}${orDash(result.measured)}
              </li>`,
          )}
        </ol>`,
      ]),
    )}
  </section>`;
}

export function advice(report: DrillReport): Markup | null {
  const all = adviceOf(report);
  if (all.length === 0) return null;
  return html`<section id="advice" aria-labelledby="advice-title">
    <h2 id="advice-title">What would have helped</h2>
    ${all.map(
      ({ profile, advice: sentences }) =>
        html`<h3>The ${profile} client</h3>
          <ul>
            ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
          </ul>`,
    )}
  </section>`;
}

export function environmentSection({ environment, version }: DrillReport): Markup {
  const { load, settings, versions } = environment;
  return html`<section id="environment" aria-labelledby="environment-title">
    <h2 id="environment-title">Environment</h2>
    <div class="columns">
      ${factTable('Cluster', clusterFacts(environment))}
      ${factTable('Load', [
        ['Rate', `${count(load.rate)} requests a second`],
        ['Clients of each profile', count(load.clients)],
        ['Reads', percent(load.readRatio)],
        ['Values', bytes(load.valueBytes)],
        ['Keys', `${count(load.keys)}${load.hashTags ? ', with hash tags' : ''}`],
        ['WAIT', load.waitReplicas === 0 ? 'no' : `for ${load.waitReplicas} replicas`],
      ])}
      ${factTable('Settings of the servers', Object.entries(settings))}
      ${factTable('Versions', [...Object.entries(versions), ['Report', String(version)]])}
    </div>
  </section>`;
}

function clusterFacts(environment: Environment): [string, string][] {
  return [
    ['Cluster', environment.cluster],
    ['Runtime', environment.runtime],
    ['Image', environment.image],
    ['Redis', environment.serverVersion],
    ['Masters', String(environment.masters)],
    ['Replicas', String(environment.replicas)],
    ['Node timeout', `${environment.nodeTimeoutMs} ms`],
    ['Machine', `${environment.cpu}, ${bytes(environment.memoryBytes)}`],
    ['Started', instant(environment.startedAt)],
    ['Seed', String(environment.seed)],
  ];
}

function factTable(caption: string, facts: readonly (readonly [string, string])[]): Markup | null {
  if (facts.length === 0) return null;
  return html`<table class="facts">
    <caption>
      ${caption}
    </caption>
    <tbody>
      ${facts.map(
        ([name, value]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
