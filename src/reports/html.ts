import { printable } from '../base/format.js';
import { mapText } from './map-text.js';
import type { DrillReport } from './model.js';
import { page, type PageAssets } from './page/frame.js';
import { html, type Markup } from './page/markup.js';
import { runsInFull, runsTable } from './page/runs.js';
import { advice, environmentSection, expectations, header, keyFigures } from './page/summary.js';

/** The report of a drill as one page. */
export function renderHtml(report: DrillReport, assets: PageAssets): string {
  return page(`${report.drill}: ${report.verdict}`, body(mapText(report, printable)), report, assets);
}

function body(report: DrillReport): Markup {
  return html`${header(report)}
    <main id="main">
      ${keyFigures(report)} ${expectations(report)} ${runsTable(report)} ${runsInFull(report)}
      ${advice(report)} ${environmentSection(report)}
    </main>`;
}
