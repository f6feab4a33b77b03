import { bootCluster, fill, empty, type BenchCluster } from '../cluster.js';
import { median, quantile, timed, type Row, type Suite } from '../measure.js';
import { compare, factorOf, memoryRow, rowOf, RUNS, seconds, type Report, type Runs } from '../moves.js';
import { OpenLoopClient } from '../open-loop.js';

const NAME = 'bench-move';
const PORT = 18_200;
const PIPELINES = [100, 1000];

async function bestPipeline(cluster: BenchCluster): Promise<string> {
  const { peers } = await compare(
    cluster,
    PIPELINES.map((size) => ['--cluster-pipeline', `${size}`]),
    1,
  );
  const best = peers.map(median).indexOf(Math.min(...peers.map(median)));
  return `${PIPELINES[best] ?? 0}`;
}

async function filled(
  work: string,
  cluster: BenchCluster,
  factors: readonly [number | undefined, number],
  report: Report,
): Promise<{ rows: Row[]; own: Runs; peer: number[] }> {
  const pipeline = await bestPipeline(cluster);
  const flags = [[], ['--cluster-pipeline', pipeline]];
  const { own, peers } = await compare(cluster, flags, RUNS);
  const [plain = [], best = []] = peers;
  report(`${work}: redis-cli ${seconds(plain)}, best ${seconds(best)}, rcluster ${seconds(own.ms)}`);
  const [overPlain, overBest] = factors;
  const rows = [
    ...(overPlain === undefined ? [] : [rowOf(work, 'redis-cli', plain, own.ms, overPlain)]),
    rowOf(`the same`, `redis-cli --cluster-pipeline ${pipeline}`, best, own.ms, overBest),
  ];
  if (overPlain === undefined) for (const row of rows.splice(0, 1)) rows.unshift({ ...row, work });
  return { rows, own, peer: plain };
}

/** What a client sees that goes on at its pace while slots move. */
async function underClients(cluster: BenchCluster, report: Report): Promise<Row[]> {
  const observe = async (work: () => Promise<unknown>) => {
    const client = new OpenLoopClient({ port: cluster.basePort, rate: 2000, readRatio: 0.5 });
    await client.warmUp();
    const elapsedMs = await timed(work);
    const { latenciesMs, errors } = await client.finish();
    await cluster.moveOut();
    return { elapsedMs, p99: quantile(latenciesMs, 0.99), errors };
  };
  const peer = [];
  const own = [];
  for (let run = 0; run < RUNS; run += 1) {
    peer.push(await observe(() => cluster.moveInByPeer()));
    own.push(await observe(() => cluster.moveIn()));
  }
  const p99 = (runs: readonly { p99: number }[]) => runs.map((run) => run.p99);
  const times = (runs: readonly { elapsedMs: number }[]) => runs.map(({ elapsedMs }) => elapsedMs);
  const faster = factorOf(times(peer), times(own));
  const errors = own.reduce((sum, run) => sum + run.errors, 0);
  report(
    `p99 at 2,000 ops/s: redis-cli ${median(p99(peer)).toFixed(1)} ms, rcluster ${median(p99(own)).toFixed(1)} ms`,
  );
  return [
    {
      work: 'p99 of a client doing 2,000 mixed ops/s while 300,000 keys of 100 B are rebalanced',
      unit: 'ms',
      peer: { label: 'redis-cli', values: p99(peer) },
      values: p99(own),
      target: 'no higher, while at least 4 times as fast',
      reached: median(p99(own)) <= median(p99(peer)) && faster >= 4,
      note: `${faster.toFixed(1)} times as fast; ${errors} errors`,
    },
  ];
}

export const migrationSuite: Suite = {
  name: 'migration',
  async run(report) {
    const rows: Row[] = [];
    const peaks: number[] = [];
    const cluster = await bootCluster(NAME, PORT);
    try {
      const none = await compare(cluster, [[]], RUNS);
      report(`no keys: redis-cli ${seconds(none.peers[0] ?? [])}, rcluster ${seconds(none.own.ms)}`);
      const work = '3 to 4 masters, no keys (4096 slots)';
      rows.push(rowOf(work, 'redis-cli', none.peers[0] ?? [], none.own.ms, 10));

      await fill(PORT, 300_000, 100);
      rows.push(...(await underClients(cluster, report)));

      await fill(PORT, 1_000_000, 100);
      const million = await filled('3 to 4 masters, 1,000,000 keys of 100 B', cluster, [6, 3.5], report);
      await empty(PORT);
      await fill(PORT, 20_000, 16_384);
      const large = await filled('3 to 4 masters, 20,000 keys of 16 KB', cluster, [undefined, 2], report);
      rows.push(...million.rows, ...large.rows);
      peaks.push(...none.own.peakBytes, ...million.own.peakBytes, ...large.own.peakBytes);
    } finally {
      await cluster.down();
    }

    const valkey = await bootCluster(NAME, PORT, { image: 'valkey/valkey:9', peer: 'valkey-cli' });
    try {
      await fill(PORT, 1_000_000, 100);
      const atomic = await compare(valkey, [['--cluster-use-atomic-slot-migration']], RUNS);
      const peer = atomic.peers[0] ?? [];
      report(`Valkey 9: valkey-cli ${seconds(peer)}, rcluster ${seconds(atomic.own.ms)}`);
      const work = '1,000,000 keys of 100 B on Valkey 9, by atomic slot migration';
      rows.push(rowOf(work, 'valkey-cli', peer, atomic.own.ms, 1, 'as fast or faster'));
      peaks.push(...atomic.own.peakBytes);
    } finally {
      await valkey.down();
    }
    return [...rows, memoryRow(peaks)];
  },
};
