import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../src/reports/html.js';
import { readPageAssets } from '../../../src/reports/page-assets.js';
import { html, jsonFor } from '../../../src/reports/page/markup.js';
import { share } from '../../../src/reports/page/parts.js';
import { hostile, killMaster, singleRun, skipped, withNulls } from './fixtures.js';

const assets = await readPageAssets();

describe('markup', () => {
  test('escapes what is put in, and not what is markup already', () => {
    const hostileText = `<b a='1'>"&"</b>`;
    expect(html`<p title="${hostileText}">${html`<i>${hostileText}</i>`}</p>`.source).toBe(
      '<p title="&lt;b a=&#39;1&#39;&gt;&quot;&amp;&quot;&lt;/b&gt;"><i>&lt;b a=&#39;1&#39;&gt;&quot;&amp;&quot;&lt;/b&gt;</i></p>',
    );
  });

  test('joins lists, and leaves out null', () => {
    expect(html`${[html`<i>a</i>`, null, 0, '<']}`.source).toBe('<i>a</i>0&lt;');
  });

  test('JSON in a script stays the same data', () => {
    const data = { '</script><!--': '\u2028&\u2029' };
    const { source } = jsonFor(data);
    expect(source).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(source)).toEqual(data);
  });
});

test('a share never leaves its picture', () => {
  const shares = [-5, 0, 5, 10, 15].map((value) => share(value, [0, 10]));
  expect(shares).toEqual(['0.000%', '0.000%', '50.000%', '100.000%', '100.000%']);
  expect(share(0, [0, 0])).toBe('0.000%');
});

describe('the page', () => {
  const page = renderHtml(killMaster(), assets);

  test('lets run what its policy knows by hash, and nothing else', () => {
    const policy =
      /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const hashOf = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain(`script-src ${hashOf(/<script>([^]*)<\/script>/.exec(page)?.[1])};`);
    expect(policy).toContain(`style-src ${hashOf(/<style>([^]*)<\/style>/.exec(page)?.[1])};`);
  });

  test('names nothing outside of itself', () => {
    const markup = page.replace(/<(script|style)[^]*?<\/\1>/g, '');
    expect([...markup.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target)).toEqual([
      'data:,',
      '#main',
      '#run-1',
      '#run-2',
      '#run-3',
    ]);
    expect(markup).not.toMatch(/ (style|on\w+)="/);
  });

  test('keeps its headings in order', () => {
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1));
  });

  test('opens the run that says most', () => {
    expect([...page.matchAll(/<details[^>]*data-run="(\d)"\s+open/g)].map(([, run]) => run)).toEqual(['3']);
  });

  test('is the same at every call', () => expect(renderHtml(killMaster(), assets)).toBe(page));
});

test.each([
  ['killMaster', killMaster()],
  ['singleRun', singleRun()],
  ['skipped', skipped()],
  ['withNulls', withNulls()],
  ['hostile', hostile()],
])('%s: the report can be read back from the page', (_, report) => {
  const page = renderHtml(report, assets);
  const json = /id="report-data">([^]*?)<\/script>/.exec(page)?.[1] ?? '';
  expect(JSON.parse(json)).toEqual(report);
  expect(page.replace(/<(script|style)[^]*?<\/\1>/g, '')).not.toMatch(/null|undefined|NaN/);
});

test('what nodes and clients say is text, and no place of the template', () => {
  const page = renderHtml(hostile(), assets);
  expect(page).not.toContain('<img');
  expect(page).not.toContain('window.pwned=1</script>');
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<main/g)).toHaveLength(1);
});
