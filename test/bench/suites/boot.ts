import { median, rcluster, shell, timed, type Row, type Suite } from '../measure.js';
import { makePeer } from '../peer.js';

const NAME = 'bench-boot';
const PORT = '18000';
const SMALL_RUNS = 5;
const LARGE_RUNS = 2;
/** 60 nodes need 60 * 59 neighbour entries; the kernel's default is 1024. */
const NEIGHBOURS = 'net.ipv4.neigh.default.gc_thresh3=65536';

interface Runs {
  readonly up: number[];
  readonly down: number[];
  readonly peerUp: number[];
  readonly peerDown: number[];
  readonly peerDownV1: number[];
  readonly peakBytes: number[];
}

/** Both ways to the same cluster, turn and turn about. */
async function compare(masters: number, runs: number, report: (line: string) => void): Promise<Runs> {
  const result: Runs = { up: [], down: [], peerUp: [], peerDown: [], peerDownV1: [], peakBytes: [] };
  const peer = await makePeer(masters * 2);
  try {
    for (let run = 0; run < runs; run += 1) {
      result.peerUp.push(await timed(() => peer.up()));
      result.peerDown.push(await timed(() => peer.down()));
      result.peerDownV1.push(await peer.downByV1());
      const up = await rcluster('up', '-q', '-c', NAME, '--masters', String(masters), '--base-port', PORT);
      result.up.push(up.elapsedMs);
      result.peakBytes.push(up.peakBytes);
      const down = await rcluster('down', '-q', '-c', NAME);
      result.down.push(down.elapsedMs);
      report(
        `${masters * 2} nodes: today ${Math.round(result.peerUp.at(-1) ?? 0)} ms, rcluster ${Math.round(up.elapsedMs)} ms; down ${Math.round(result.peerDown.at(-1) ?? 0)} / ${Math.round(down.elapsedMs)} ms`,
      );
    }
  } finally {
    await peer.down();
    await peer.dispose();
    await rcluster('down', '-q', '-c', NAME);
  }
  return result;
}

function downRow(work: string, label: string, peer: readonly number[], values: readonly number[]): Row {
  return {
    work,
    unit: 'ms',
    peer: { label, values: peer },
    values,
    target: 'no slower',
    reached: median(values) <= median(peer),
  };
}

export const bootSuite: Suite = {
  name: 'boot',
  async run(report) {
    const small = await compare(3, SMALL_RUNS, report);
    await shell('sysctl', ['-w', NEIGHBOURS]);
    const large = await compare(30, LARGE_RUNS, report);
    const label = 'compose + redis-cli';
    const factor = (runs: Runs) => median(runs.peerUp) / median(runs.up);
    const megabytes = large.peakBytes.map((bytes) => bytes / 2 ** 20);
    const rows: Row[] = [
      {
        work: '6 nodes from nothing to ready',
        unit: 'ms',
        peer: { label, values: small.peerUp },
        values: small.up,
        target: '3.0 s and 3 times as fast',
        reached: median(small.up) <= 3000 && factor(small) >= 3,
        note: `${factor(small).toFixed(1)} times`,
      },
      {
        work: '60 nodes (30 masters) to ready',
        unit: 'ms',
        peer: { label, values: large.peerUp },
        values: large.up,
        target: '9.5 s',
        reached: median(large.up) <= 9500,
        note: `${factor(large).toFixed(1)} times`,
      },
      downRow('`down` of 6 nodes', 'docker-compose 1.29 down -v', small.peerDownV1, small.down),
      downRow('the same', 'compose v2 down -v', small.peerDown, small.down),
      {
        work: 'memory of the command at its peak, 60 nodes',
        unit: 'MB',
        peer: undefined,
        values: megabytes,
        target: '150 MB',
        reached: Math.max(...megabytes) <= 150,
      },
    ];
    return rows;
  },
};
