import { createHash } from 'node:crypto';
import { printable } from '../../base/format.js';
import { html, jsonFor, Markup } from './markup.js';

/** What a page is put together from; readPageAssets reads it. */
export interface PageAssets {
  /** HTML with the comments `head`, `body` and `scripts` in the places of these parts. */
  readonly template: string;
  readonly style: string;
  readonly script: string;
}

/**
 * A report as one page that needs nothing else: no network, no other file. Its policy lets nothing run but the one script and
 * the one style sheet whose hashes it names. The report itself is in it as JSON (`#report-data`).
 */
export function page(
  title: string,
  body: Markup,
  report: object,
  { template, style, script }: PageAssets,
): string {
  const parts: Readonly<Record<string, Markup>> = {
    head: head(title, style, script),
    body,
    scripts: html`<script type="application/json" id="report-data">
        ${jsonFor(report)}
      </script>
      ${element('script', script)}`,
  };
  // In one pass: what a part says is never taken for a place.
  return template.replace(/<!-- (\w+) -->/g, (place, name: string) => parts[name]?.source ?? place);
}

function head(title: string, style: string, script: string): Markup {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>${printable(title)}</title>
    ${element('style', style)}`;
}

/** Not a blank more than the text whose hash the policy names. */
function element(name: 'script' | 'style', text: string): Markup {
  return new Markup(`<${name}>${text}</${name}>`);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
