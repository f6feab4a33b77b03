import type { BenchReport } from '../../../src/index.js';
import { rcluster, type Row, type Suite } from '../measure.js';

/** As many masters as two cores form in good time, as processes (200 never get to know each other there): how long they take to form, to be checked, and what they do. */

const NAME = 'bench-large';
const PORT = 19_000;

const { masters: MASTERS } = { masters: 100 };
const GOAL_MASTERS = 200;
const GOAL_MS = 30_000;
/** Longer than it should ever take: a figure that is not reached is measured as well. */
const WAIT_S = '120';

const here = ['-q', '-c', NAME];

export const largeSuite: Suite = {
  name: 'large',
  async run(report) {
    const shape = ['--masters', `${MASTERS}`, '--replicas', '0', '--base-port', `${PORT}`];
    const kept = ['--persistence', 'none', '--runtime', 'process', '--wait', WAIT_S];
    const up = await rcluster('up', ...here, ...shape, ...kept);
    report(`${MASTERS} masters formed in ${Math.round(up.elapsedMs)} ms`);
    try {
      const check = await rcluster('check', ...here);
      const load = ['--workload', 'set', '--ops', '200000', '--clients', '50', '--threads', '2', '--json'];
      const bench = JSON.parse((await rcluster('bench', ...here, ...load)).stdout) as BenchReport;
      return [
        row(`${MASTERS} masters as processes, from nothing to ready`, 'ms', up.elapsedMs, {
          target: '200 in 30 s',
          reached: MASTERS >= GOAL_MASTERS && up.elapsedMs <= GOAL_MS,
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
