import { spawn } from 'node:child_process';
import { createCluster, type StatusReport } from '../../../src/index.js';
import { rcluster, shell, type Suite } from '../measure.js';

const MINUTES = 10;
const LOOK_EVERY_MS = 10_000;

const rolesOf = (status: StatusReport) => status.nodes.map((node) => `${node.name}:${node.role}`).join(' ');

/** Ten minutes of full load on all cores with the default settings: no failover may happen that nobody asked for. */
export const steadySuite: Suite = {
  name: 'steady',
  async run(report) {
    await using cluster = await createCluster({ cluster: 'bench-steady', basePort: 18_200 });
    const before = rolesOf(await cluster.status());
    const load = spawn(
      'redis-benchmark',
      [
        '--cluster',
        '-p',
        '18200',
        '-t',
        'set,get',
        '-n',
        '2000000000',
        '-r',
        '100000',
        '-d',
        '100',
        '-c',
        '50',
        '--threads',
        '2',
        '-P',
        '8',
        '-q',
      ],
      { stdio: 'ignore' },
    );
    let changes = 0;
    try {
      for (const end = performance.now() + MINUTES * 60_000; performance.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        if (load.exitCode !== null) throw new Error(`redis-benchmark ended with ${load.exitCode}`);
        const now = rolesOf(await cluster.status());
        if (now !== before) changes += 1;
      }
    } finally {
      load.kill('SIGKILL');
    }
    const logs = await rcluster('logs', '-c', 'bench-steady');
    const elections = logs.stdout.split('\n').filter((line) => line.includes('Failover election won')).length;
    const suspicions = logs.stdout.split('\n').filter((line) => line.includes('quorum reached')).length;
    report(
      `${changes} looks with other roles, ${elections} elections won, ${suspicions} nodes marked as failing; ${(await shell('uptime', [])).trim()}`,
    );
    return [
      {
        work: `failovers that nobody asked for, ${MINUTES} minutes of full load`,
        unit: 'count',
        peer: undefined,
        values: [elections],
        target: '0',
        reached: elections === 0 && changes === 0,
        note: `${suspicions} nodes wrongly marked as failing`,
      },
    ];
  },
};
