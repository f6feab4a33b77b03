import { UNMEASURED } from '../figures.js';
import type { Range, Verdict } from '../model.js';
import { MARKS } from '../text-style.js';
import { html, type Content, type Markup } from './markup.js';

/** A verdict that is told by its mark and its word; the colour only helps. */
export function badge(verdict: Verdict): Markup {
  return html`<span class="badge ${verdict}"
    ><span aria-hidden="true">${MARKS[verdict]}</span> ${verdict}</span
  >`;
}

export interface Column {
  readonly title: Content;
  /** Figures stand to the right. */
  readonly isFigure?: boolean;
  /** It gets what room the others leave. */
  readonly isWide?: boolean;
}

/** A table whose first column names its rows; on a narrow screen it scrolls by itself, also with the keyboard. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Markup {
  const classOf = (index: number) => {
    const { isFigure = false, isWide = false } = columns[index] ?? {};
    return `${isFigure ? 'figure' : 'text'}${isWide ? ' wide' : ''}`;
  };
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title }, index) => html`<th scope="col" class="${classOf(index)}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name = '', ...cells]) =>
            html`<tr>
              <th scope="row" class="${classOf(0)}">${name}</th>
              ${cells.map((cell, index) => html`<td class="${classOf(index + 1)}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Where a value lies in a range, as SVG wants it: `12.5%`. */
export function share(value: number, [from, to]: Range): string {
  const ratio = to > from ? (value - from) / (to - from) : 0;
  return `${(Math.min(1, Math.max(0, ratio)) * 100).toFixed(3)}%`;
}

/** A figure that should be zero. */
export function alarming(value: number, text: string): Content {
  return value === 0 ? text : html`<strong class="bad">${text}</strong>`;
}

export function orDash(text: string | null): string {
  return text ?? UNMEASURED;
}

/** What is large at the top of a page; `name` is for who reads it by a program. */
export type KeyFigure = readonly [name: string, title: string, value: Content, note: string];

export function figureList(figures: readonly KeyFigure[]): Markup {
  return html`<dl class="key-figures">
    ${figures.map(
      ([name, title, value, note]) =>
        html`<div>
          <dt>${title}</dt>
          <dd data-figure="${name}">${value}</dd>
          <dd class="soft">${note}</dd>
        </div>`,
    )}
  </dl>`;
}
