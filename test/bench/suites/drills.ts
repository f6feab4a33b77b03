import { setTimeout as delay } from 'node:timers/promises';
import { Deadline } from '../../../src/base/deadline.js';
import { startWorkload } from '../../../src/drills/workload/start.js';
import { createCluster, type StatusReport } from '../../../src/index.js';
import type { DrillReport } from '../../../src/reports/model.js';
import { median, rcluster, type Row, type Suite } from '../measure.js';

const NAME = 'bench-drills';
const PORT = 18_300;
const RATE = 5_000;
const RUNS = 5;
const RUN_MS = 10_000;
const LIMIT_MS = 5;
const KILLS = 20;
const HANDOVERS = 5;

/** The load's own lateness at a rate that is far above a drill's, both profiles at once. */
async function measureDelays(status: StatusReport, report: (line: string) => void): Promise<number[]> {
  const masters = status.nodes.filter(({ role }) => role === 'master');
  const options = {
    rate: RATE,
    clients: 1,
    readRatio: 0.2,
    valueBytes: 100,
    keys: 10_000,
    hashTags: false,
    waitReplicas: 0,
    seed: 1,
    profiles: ['default', 'tuned'],
    shards: masters.map(({ name, slots }) => ({ master: name, slots })),
    endpoints: status.nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
  };
  const delays: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const workload = await startWorkload(options, Deadline.after(10_000));
    await delay(RUN_MS);
    const outcomes = await workload.finish(performance.timeOrigin + performance.now());
    for (const { name, schedulingDelayP99Ms, latency } of outcomes) {
      delays.push(schedulingDelayP99Ms);
      report(
        `${name}: ${schedulingDelayP99Ms.toFixed(2)} ms late at p99, answers p99 ${latency.before?.p99.toFixed(2)} ms`,
      );
    }
  }
  return delays;
}

/** A missed expectation ends the command with 1; the figures are what the bench is after. */
async function drill(name: string, runs: number): Promise<DrillReport> {
  const args = ['drill', 'run', name, '--runs', `${runs}`, '-q', '-c', NAME, '--json', '--seed', '1'];
  const { stdout } = await rcluster(...args).catch((error: unknown) => error as { stdout: string });
  const document = JSON.parse(stdout) as DrillReport | { error: { message: string } };
  if ('error' in document) throw new Error(`${name}: ${document.error.message}`);
  return document;
}

async function kills(report: (line: string) => void): Promise<Row[]> {
  const { runs } = await drill('kill-master', KILLS);
  const outages = runs.map(({ outageMs }) => outageMs ?? Infinity);
  const quick = outages.filter((ms) => ms < 2000).length;
  const gaps = runs.map(({ outageMs, detectMs, electMs, recoverMs }) =>
    Math.abs((outageMs ?? 0) - (detectMs ?? 0) - (electMs ?? 0) - (recoverMs ?? 0)),
  );
  const unasked = runs.reduce((sum, { promotions }) => sum + promotions - 1, 0);
  const lost = runs.reduce((sum, { writes }) => sum + writes.lost, 0);
  report(`kill-master: ${outages.join(', ')} ms`);
  return [
    {
      work: `\`drill run kill-master\`, ${KILLS} runs: until every shard takes writes again`,
      unit: 'ms',
      peer: undefined,
      values: outages,
      target: `under 2 s in ${KILLS} of ${KILLS}, half under 1.6 s`,
      reached: quick === KILLS && median(outages) < 1600,
      note: `${quick} of ${KILLS} under 2 s; ${unasked} failovers that nobody asked for; ${lost} acknowledged writes lost`,
    },
    {
      work: 'by how much the phases miss the outage that they add up to',
      unit: 'ms',
      peer: undefined,
      values: gaps,
      target: 'within 20 ms',
      reached: Math.max(...gaps) <= 20,
    },
  ];
}

async function handovers(): Promise<Row> {
  const { runs } = await drill('graceful-failover', HANDOVERS);
  const profiles = runs.flatMap((run) => run.profiles);
  const longest = profiles.map(({ latency }) => Math.max(latency.during?.max ?? 0, latency.after?.max ?? 0));
  const failed = profiles.reduce((sum, { writes, reads }) => sum + writes.failed + reads.failed, 0);
  return {
    work: `\`drill run graceful-failover\`, ${HANDOVERS} runs, two profiles: the longest write`,
    unit: 'ms',
    peer: undefined,
    values: longest,
    target: 'under 100 ms, and no command fails',
    reached: Math.max(...longest) < 100 && failed === 0,
    note: `${failed} commands failed`,
  };
}

export const drillsSuite: Suite = {
  name: 'drills',
  async run(report) {
    await using cluster = await createCluster({ cluster: NAME, basePort: PORT });
    const delays = await measureDelays(await cluster.status(), report);
    const own: Row = {
      work: `the load’s own delay at p99, ${RATE} requests/s, two profiles`,
      unit: 'ms',
      peer: undefined,
      values: delays,
      target: `under ${LIMIT_MS} ms`,
      reached: median(delays) < LIMIT_MS,
    };
    return [...(await kills(report)), await handovers(), own];
  },
};
