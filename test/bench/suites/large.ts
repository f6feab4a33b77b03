import type { BenchReport } from '../../../src/index.js';
import { rcluster, type Row, type Suite } from '../measure.js';

/** Many masters, as processes: how long they take to form, to be checked, and what they do. */

const NAME = 'bench-large';
const PORT = 19_000;

const MASTERS = 200;
const GOAL_MS = 30_000;
/** Longer than it should ever take: a figure that is not reached is measured as well. */
const WAIT_S = '300';

const here = ['-q', '-c', NAME];

export const largeSuite: Suite = {
  name: 'large',
  async run(report) {
    const kept = [
      '--replicas',
      '0',
      '--base-port',
      `${PORT}`,
      '--persistence',
      'none',
      '--runtime',
      'process',
    ];
    const boot = async (masters: number) =>
      rcluster('up', ...here, '--masters', `${masters}`, ...kept, '--wait', WAIT_S);
    const half = await boot(MASTERS / 2);
    await rcluster('down', ...here);
    const up = await boot(MASTERS);
    report(`${MASTERS} masters formed in ${Math.round(up.elapsedMs)} ms`);
    try {
      const check = await rcluster('check', ...here);
      const load = ['--workload', 'set', '--ops', '200000', '--clients', '50', '--threads', '2', '--json'];
      const bench = JSON.parse((await rcluster('bench', ...here, ...load)).stdout) as BenchReport;
      return [
        row(`${MASTERS / 2} masters as processes, from nothing to ready`, 'ms', half.elapsedMs, {
          target: 'measured',
          reached: true,
        }),
        row(`${MASTERS} masters as processes, from nothing to ready`, 'ms', up.elapsedMs, {
          target: '30 s, or what sets the limit',
          reached: up.elapsedMs <= GOAL_MS,
          note: `${Math.round(up.peakBytes / 2 ** 20)} MB of memory`,
        }),
        row('the same checked (`check`)', 'ms', check.elapsedMs, { target: 'measured', reached: true }),
        row(
          'SET, 100 B, no pipeline, on all of them: requests a second',
          'count',
          bench.result.opsPerSecond,
          {
            target: 'measured',
            reached: bench.result.failed === 0,
          },
        ),
      ];
    } finally {
      await rcluster('down', ...here);
    }
  },
};

function row(
  work: string,
  unit: Row['unit'],
  value: number,
  rest: Pick<Row, 'target' | 'reached' | 'note'>,
): Row {
  return { work, unit, peer: undefined, values: [Math.round(value)], ...rest };
}
