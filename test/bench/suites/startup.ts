import { median, shell, timed, type Suite } from '../measure.js';

const RUNS = 21;

/** `rcluster --version` against an empty node program, turn and turn about. */
export const startupSuite: Suite = {
  name: 'startup',
  async run() {
    const ours: number[] = [];
    const empty: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      empty.push(await timed(() => shell(process.execPath, ['-e', '0'])));
      ours.push(await timed(() => shell(process.execPath, ['bin/rcluster.js', '--version'])));
    }
    const ratio = median(ours) / median(empty);
    return [
      {
        work: '`rcluster --version`',
        unit: 'ms',
        peer: { label: '`node -e 0`', values: empty },
        values: ours,
        target: '2.5 times `node -e 0`',
        reached: ratio <= 2.5,
        note: `${ratio.toFixed(2)} times`,
      },
    ];
  },
};
