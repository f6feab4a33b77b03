import { createCluster } from '../../../src/index.js';
import { quantile, type Suite } from '../measure.js';

const KILLS = 20;

/** Kills a master twenty times with the default settings, and brings it back each time. */
export const failoverSuite: Suite = {
  name: 'failover',
  async run(report) {
    await using cluster = await createCluster({ cluster: 'bench-failover', basePort: 18_100 });
    const outages: number[] = [];
    let lost = 0;
    for (let run = 0; run < KILLS; run += 1) {
      const masters = (await cluster.status()).nodes.filter((node) => node.role === 'master');
      const victim = masters[run % masters.length]?.name ?? '';
      const { outageMs = Infinity, detectMs, electMs, recoverMs, writes } = await cluster.kill(victim);
      report(
        `kill ${run + 1}: ${outageMs} ms = detect ${detectMs} + elect ${electMs} + recover ${recoverMs}; lost ${writes?.lost}`,
      );
      outages.push(outageMs);
      lost += writes?.lost ?? 0;
      await cluster.start(victim);
    }
    const inTime = outages.filter((ms) => ms < 2000).length;
    return [
      {
        work: `writes fail after the kill of a master, ${KILLS} kills`,
        unit: 'ms',
        peer: undefined,
        values: outages,
        target: 'under 2 s in 20 of 20',
        reached: inTime === KILLS,
        note: `${inTime} of ${KILLS} under 2 s, p90 ${Math.round(quantile(outages, 0.9))} ms, ${lost} acknowledged writes lost`,
      },
    ];
  },
};
