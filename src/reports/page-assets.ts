import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PageAssets } from './page/frame.js';

const packages = createRequire(import.meta.url);

/** The script that draws the page of each kind of report. */
const SCRIPTS = { drill: 'report.js', bench: 'bench-report.js' } as const;

/** Reads what a page needs: its frame and script of `templates/`, and the plotting library to be put into it. */
export async function readPageAssets(kind: keyof typeof SCRIPTS = 'drill'): Promise<PageAssets> {
  const [template, style, script, plotStyle, plotScript] = await Promise.all([
    readTemplate('report.html'),
    readTemplate('report.css'),
    readTemplate(SCRIPTS[kind]),
    readPackaged('uplot/dist/uPlot.min.css'),
    readPackaged('uplot/dist/uPlot.iife.min.js'),
  ]);
  return { template, style: `${plotStyle}\n${style}`, script: `${plotScript}\n${script}` };
}

async function readTemplate(name: string): Promise<string> {
  return readFile(new URL(`../../templates/${name}`, import.meta.url), 'utf8');
}

async function readPackaged(path: string): Promise<string> {
  return readFile(packages.resolve(path), 'utf8');
}
