import { mkdir, writeFile } from 'node:fs/promises';
import { View, parse } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** A measured point: how long one way took when one thing had this value. */
export interface CurvePoint {
  readonly of: 'keys' | 'value size' | 'masters';
  readonly value: number;
  readonly way: string;
  readonly ms: number;
}

const RESULTS = new URL('results/', import.meta.url);
const TITLES: Readonly<Record<CurvePoint['of'], string>> = {
  keys: 'keys of 100 B',
  'value size': 'bytes of each of 20,000 values',
  masters: 'masters before (100,000 keys of 100 B)',
};
/** Readable on light and on dark pages. */
const GREY = '#808080';

/** Keeps the points as JSON, and draws them side by side as SVG. */
export async function keepCurves(name: string, points: readonly CurvePoint[]): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL(`${name}-curves.json`, RESULTS), `${JSON.stringify(points, null, 2)}\n`);
  await writeFile(new URL(`${name}.svg`, RESULTS), await draw(points));
}

async function draw(points: readonly CurvePoint[]): Promise<string> {
  const kinds = [...new Set(points.map((point) => point.of))];
  const spec: TopLevelSpec = {
    hconcat: kinds.map((of) => ({
      width: 220,
      height: 200,
      data: { values: points.filter((point) => point.of === of).map((point) => ({ ...point })) },
      mark: { type: 'line', point: true },
      encoding: {
        x: {
          field: 'value',
          type: 'quantitative',
          title: TITLES[of],
          scale: { type: of === 'masters' ? 'linear' : 'log' },
          axis: { tickCount: 4, format: of === 'masters' ? 'd' : '~s' },
        },
        y: {
          field: 'seconds',
          type: 'quantitative',
          title: 'seconds to move a share of the slots',
          scale: { type: 'log' },
        },
        color: {
          field: 'way',
          type: 'nominal',
          title: null,
          scale: { domain: ['rcluster', 'redis-cli'], range: ['#1f9d76', '#d9822b'] },
        },
      },
      transform: [{ calculate: 'datum.ms / 1000', as: 'seconds' }],
    })),
    background: 'transparent',
    config: {
      axis: {
        labelColor: GREY,
        titleColor: GREY,
        tickColor: GREY,
        domainColor: GREY,
        gridColor: GREY,
        gridOpacity: 0.25,
      },
      legend: { labelColor: GREY, orient: 'top' },
      view: { stroke: 'transparent' },
    },
  };
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
