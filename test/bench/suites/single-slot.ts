import { Cluster } from 'ioredis';
import { bootCluster, empty, fill, type BenchCluster } from '../cluster.js';
import { median, timed, type Suite } from '../measure.js';
import { memoryRow, rowOf, RUNS, Runs, seconds, type Report } from '../moves.js';

const NAME = 'bench-slot';
const PORT = 18_200;
/** Of slot 0, the lowest, which is the one that `redis-cli --cluster reshard` takes. */
const TAG_OF_SLOT_0 = '1bz';

/** One slot to and fro, by both. */
async function oneSlot(work: string, cluster: BenchCluster, runs: number, report: Report) {
  const own = new Runs();
  const peer: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    peer.push(await timed(() => cluster.moveSlotByPeer()));
    await cluster.moveOut();
    own.add(await cluster.moveSlot());
    await cluster.moveOut();
  }
  report(
    `${work}: redis-cli ${seconds(peer)}, rcluster ${seconds(own.ms)}, pause ${median(own.pausesMs)} ms`,
  );
  const row = rowOf(work, 'redis-cli', peer, own.ms, 1, 'no slower, and the pause is reported');
  const longest = Math.round(Math.max(...own.pausesMs));
  return { row: { ...row, note: `longest pause ${longest} ms` }, own };
}

async function bigHash(port: number, fields: number): Promise<void> {
  const client = new Cluster([{ host: '127.0.0.1', port }]);
  for (let first = 0; first < fields; first += 10_000) {
    const pairs = Array.from({ length: 10_000 }, (_, index) => [`field:${first + index}`, 'x'.repeat(20)]);
    await client.hset(`{${TAG_OF_SLOT_0}}:hash`, ...pairs.flat());
  }
  client.disconnect();
}

export const singleSlotSuite: Suite = {
  name: 'single-slot',
  async run(report) {
    const cluster = await bootCluster(NAME, PORT);
    try {
      await fill(PORT, 1_000_000, 20, (number) => `{${TAG_OF_SLOT_0}}:${number}`);
      const slot = await oneSlot('one slot with 1,000,000 keys', cluster, RUNS, report);
      await empty(PORT);
      await bigHash(PORT, 1_000_000);
      const hash = await oneSlot('one hash of 1,000,000 fields', cluster, RUNS, report);
      return [slot.row, hash.row, memoryRow([...slot.own.peakBytes, ...hash.own.peakBytes])];
    } finally {
      await cluster.down();
    }
  },
};
