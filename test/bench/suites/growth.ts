import { bootCluster, empty, fill, type BenchCluster } from '../cluster.js';
import { median, type Suite } from '../measure.js';
import { compare } from '../moves.js';
import { keepCurves, type CurvePoint } from '../plots.js';

const NAME = 'bench-grow';
const PORT = 18_200;
const CURVE_RUNS = 3;

/** How the time grows, one thing at a time. */
async function curvePoints(
  cluster: BenchCluster,
  point: Omit<CurvePoint, 'way' | 'ms'>,
): Promise<CurvePoint[]> {
  const { own, peers } = await compare(cluster, [[]], CURVE_RUNS);
  return [
    { ...point, way: 'rcluster', ms: median(own.ms) },
    { ...point, way: 'redis-cli', ms: median(peers[0] ?? []) },
  ];
}

/** No table of its own: a plot. */
export const growthSuite: Suite = {
  name: 'growth',
  async run(report) {
    const curves: CurvePoint[] = [];
    const add = async (cluster: BenchCluster, point: Omit<CurvePoint, 'way' | 'ms'>) => {
      curves.push(...(await curvePoints(cluster, point)));
      report(`${point.of} ${point.value}: measured`);
    };
    const cluster = await bootCluster(NAME, PORT);
    try {
      for (const keys of [30_000, 100_000, 300_000, 1_000_000]) {
        await fill(PORT, keys, 100);
        await add(cluster, { of: 'keys', value: keys });
      }
      for (const bytes of [100, 1000, 4000, 16_384]) {
        await empty(PORT);
        await fill(PORT, 20_000, bytes);
        await add(cluster, { of: 'value size', value: bytes });
      }
    } finally {
      await cluster.down();
    }
    for (const masters of [3, 6, 9]) {
      const grown = await bootCluster(NAME, PORT, { masters });
      try {
        await fill(PORT, 100_000, 100);
        await add(grown, { of: 'masters', value: masters });
      } finally {
        await grown.down();
      }
    }
    await keepCurves('migration', curves);
    return [];
  },
};
