import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/reports/html.js';
import { renderJUnit } from '../../src/reports/junit.js';
import type { DrillReport } from '../../src/reports/model.js';
import { readPageAssets } from '../../src/reports/page-assets.js';
import { folderOfTheFile } from '../helpers/run.js';
import { HOSTILE, hostile, killMaster, singleRun, skipped, withNulls } from '../unit/reports/fixtures.js';

/** The page of a report as a browser shows it. */

const folder = folderOfTheFile();
const LAUNCH = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
const SCHEMES = ['light', 'dark'] as const;
/** WCAG 2.2, 1.4.3: text of ordinary size. */
const LEAST_CONTRAST = 4.5;

const file = join(folder, 'report.html');
const url = pathToFileURL(file).href;

let browser: Browser;
/** One for all tests: to make one takes the browser longer than to show a report. */
let page: Page;
/** What a page says that has nothing to say: console, errors, requests to anywhere. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch(LAUNCH);
  page = await browser.newPage();
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(`asks for ${request.url()}`);
  });
});
afterAll(() => browser.close());

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

interface Screen {
  readonly width?: number;
  readonly colorScheme?: (typeof SCHEMES)[number];
}

async function open(
  report: DrillReport,
  { width = 1280, colorScheme = 'light' }: Screen = {},
): Promise<void> {
  writeFileSync(file, renderHtml(report, await readPageAssets()));
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ media: 'screen', colorScheme });
  await page.goto(url);
}

async function textsOf(selector: string): Promise<string[]> {
  const texts = await page.locator(selector).allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}

/** Runs an expression in the page, whose types are not known here. */
async function inPage<Value>(expression: string): Promise<Value> {
  return page.evaluate<Value>(expression);
}

describe('what the page says is what the model says:', () => {
  test('several runs', async () => {
    const report = killMaster();
    await open(report);
    expect(await page.title()).toBe('kill-master: fail');
    expect(await textsOf('header .badge')).toEqual(['✗ FAIL']);
    expect(await textsOf('#reason')).toEqual(['outage < 2s was missed in run 3 (2.12 s)']);
    expect(await textsOf('[data-figure=outage]')).toEqual(['1.48 s']);
    expect(await textsOf('[data-figure=lost]')).toEqual([String(report.summary.writes.lost)]);
    expect(await textsOf('#expectations tbody tr')).toHaveLength(4);
    const runs = '#runs .scroll:first-of-type tbody tr';
    expect(await textsOf(`${runs}:nth-child(2) td`)).toEqual([
      '✓ PASS',
      ...['574 ms', '743 ms', '166 ms', '1.48 s', '', '849', '2', 'node-5'],
    ]);
    expect(await textsOf('[data-run="3"] .lanes tbody th')).toEqual(
      report.runs[2]!.lanes.map(({ node }) => node),
    );
    expect(await textsOf('[data-run="3"] .event')).toHaveLength(report.runs[2]!.timeline.length);
  });

  test('the report itself', async () => {
    await open(hostile());
    const read = await inPage("JSON.parse(document.getElementById('report-data').textContent)");
    expect(read).toEqual(hostile());
  });

  test('a skipped drill', async () => {
    await open(skipped());
    expect(await textsOf('header .badge')).toEqual(['- SKIP']);
    expect(await textsOf('#reason')).toEqual([skipped().skipped]);
    expect(await page.locator('[data-run]').count()).toBe(0);
  });

  test('a run in which nothing could be measured', async () => {
    await open(withNulls());
    expect(await textsOf('[data-figure=outage]')).toEqual(['-']);
    expect(await textsOf('.note.bad')).toEqual(['The run failed: the engine went away']);
    expect(await page.locator('.plot canvas').count()).toBe(3);
  });
});

test('what nodes and clients said is shown as they said it, and does nothing', async () => {
  await open(hostile());
  expect(await inPage('window.pwned')).toBeUndefined();
  expect(await page.locator('main img, main b').count()).toBe(0);
  const [question = ''] = await textsOf('.question');
  for (const text of [HOSTILE.html, HOSTILE.script, HOSTILE.template]) expect(question).toContain(text);
  expect(await inPage("document.querySelectorAll('script').length")).toBe(2);
});

describe('the plots', () => {
  /** An expression: how many pixels of the open run's plot have the colour. */
  const inked = (metric: string, variable: string) => `(() => {
    const canvas = document.querySelector('[open] [data-metric=${metric}] canvas');
    const copy = document.createElement('canvas');
    Object.assign(copy, { width: canvas.width, height: canvas.height });
    const pixels = copy.getContext('2d', { willReadFrequently: true });
    pixels.drawImage(canvas, 0, 0);
    const { data } = pixels.getImageData(0, 0, canvas.width, canvas.height);
    const hex = getComputedStyle(document.documentElement).getPropertyValue('--${variable}').trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === r && data[at + 1] === g && data[at + 2] === b) count += 1;
    return count;
  })()`;

  test.each(SCHEMES)(
    'show the lines of both profiles in the colours of the %s scheme',
    async (colorScheme) => {
      await open(killMaster(), { colorScheme });
      for (const metric of ['throughput', 'errors', 'latency'])
        for (const variable of ['series-1', 'series-2'])
          expect(await inPage(inked(metric, variable)), `${metric} ${variable}`).toBeGreaterThan(50);
    },
  );

  test('change with the scheme', async () => {
    await open(killMaster());
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => inPage<number>(inked('throughput', 'series-2'))).toBeGreaterThan(50);
  });

  test('are drawn when a run is opened', async () => {
    await open(killMaster());
    expect(await page.locator('.plot canvas').count()).toBe(3);
    await page.locator('#runs a', { hasText: 'Run 2' }).click();
    await expect.poll(() => page.locator('[data-run="2"] .plot canvas').count()).toBe(3);
  });

  test('can be had as a table', async () => {
    await open(killMaster());
    await page.locator('[data-run="3"] .figures-table summary').click();
    const [run] = killMaster().runs.slice(2);
    const rows = '[data-run="3"] .figures-table tbody tr';
    await expect.poll(() => page.locator(rows).count()).toBe(run!.profiles[0]!.series.length);
    const [first] = run!.profiles[0]!.series;
    expect((await textsOf(`${rows}:first-child > *`)).slice(0, 3)).toEqual([
      '-3,000 ms',
      (first!.ok * 10).toLocaleString('en-US'),
      String(first!.errors * 10),
    ]);
  });
});

describe('with the keyboard alone', () => {
  test('every part is reached, in the order in which it stands', async () => {
    await open(singleRun());
    const reached: string[] = [];
    const focused = `(({ className, tagName, ariaLabel, innerText }) =>
      ariaLabel ?? (className || tagName) + ': ' + innerText.split('\\n')[0])(document.activeElement)`;
    // As many times as it takes to leave the page at its end.
    for (let at = ''; !at.startsWith('BODY') && reached.length < 50; reached.push(at)) {
      await page.keyboard.press('Tab');
      at = await inPage(focused);
    }
    const parts = [
      'skip-link: Skip to the figures',
      'Expectations',
      'SUMMARY: Run 1',
      'Phases of the outage, measured and expected',
      'Plots of run 1: the arrow keys move the cursor',
      'SUMMARY: The figures as a table',
      'Latency, from when a request was due to its answer',
      'Timeline; the injection is 0 ms',
    ];
    expect(reached.filter((part) => parts.includes(part))).toEqual(parts);
  });

  test('what has the focus can be seen', async () => {
    await open(singleRun());
    await page.keyboard.press('Tab');
    const link = page.locator('.skip-link');
    expect((await link.boundingBox())!.y).toBeGreaterThanOrEqual(0);
    const outline = 'getComputedStyle(document.activeElement).outlineStyle';
    expect(await inPage(outline)).toBe('solid');
  });

  test('the cursor of the plots moves, and says where it is', async () => {
    await open(singleRun());
    await page.locator('.plots').focus();
    await page.keyboard.press('Home');
    const point = singleRun().runs[0]!.profiles[0]!.series[1]!;
    await page.keyboard.press('ArrowRight');
    const [readout] = await textsOf('.readout');
    expect(readout).toMatch(new RegExp(`^-2,900 ms · default: ${(point.ok * 10).toLocaleString('en-US')}/s`));
  });
});

describe.each(SCHEMES)('in the %s scheme', (colorScheme) => {
  test('text stands out from what is behind it', async () => {
    const reports = [killMaster(), skipped(), singleRun()];
    for (const report of reports) {
      await open(report, { colorScheme });
      expect(await inPage(faint(LEAST_CONTRAST))).toEqual([]);
    }
  });
});

test.each([
  ['a report', killMaster()],
  ['hostile words', hostile()],
])('%s: nothing is wider than a screen of 360 to 1600 pixels', async (_, report) => {
  await open(report, { width: 360 });
  for (const width of [360, 768, 1600]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await inPage('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  }
});

/** An expression: all text whose contrast with what is behind it is below the least, as `text: contrast`. */
function faint(least: number): string {
  return `(() => {
    const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => {
      const [red, green, blue] = [r, g, b].map((part) => part / 255).map((part) =>
        part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor);
        if (colour[3] !== 0) return colour;
      }
      return [255, 255, 255];
    };
    const found = [];
    const look = (text, front, back) => {
      const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < ${least}) found.push(text + ': ' + contrast.toFixed(2));
    };
    for (const element of document.querySelectorAll('body *')) {
      if (element.closest('svg') !== null || !element.checkVisibility()) continue;
      const text = [...element.childNodes].find((node) => node.nodeType === 3 && node.data.trim() !== '');
      if (text !== undefined) look(text.data.trim(), rgb(getComputedStyle(element).color), behind(element));
    }
    for (const text of document.querySelectorAll('svg text')) {
      const shape = text.parentElement.querySelector('rect');
      look(text.textContent, rgb(getComputedStyle(text).fill), rgb(getComputedStyle(shape).fill));
    }
    return found;
  })()`;
}

test('prints on white, whatever the scheme', async () => {
  await open(singleRun(), { colorScheme: 'dark' });
  expect((await page.pdf({ printBackground: true })).length).toBeGreaterThan(10_000);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await inPage('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  expect(await inPage(faint(LEAST_CONTRAST))).toEqual([]);
});

describe('a parser of XML reads the JUnit report of', () => {
  test.each([
    ['several runs', killMaster(), 12],
    ['a skipped drill', skipped(), 1],
    ['nothing measured', withNulls(), 2],
    ['hostile words', hostile(), 15],
  ])('%s', async (_, report, cases) => {
    const read = `(() => {
      const xml = new DOMParser().parseFromString(${JSON.stringify(renderJUnit(report))}, 'application/xml');
      const error = xml.querySelector('parsererror');
      return error === null ? xml.querySelectorAll('testcase').length : error.textContent;
    })()`;
    expect(await inPage(read)).toBe(cases);
  });
});
