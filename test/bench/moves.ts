import { median, timed, type Row } from './measure.js';
import type { BenchCluster, Moved } from './cluster.js';

/** Slots moved by rcluster and by its peers, turn and turn about, over the same keys. */

export const RUNS = 5;

export type Report = (line: string) => void;

/** One way to move slots, with what it took each time. */
export class Runs {
  readonly ms: number[] = [];
  readonly peakBytes: number[] = [];
  readonly pausesMs: number[] = [];

  add({ elapsedMs, peakBytes, longestPauseMs }: Moved): void {
    this.ms.push(elapsedMs);
    this.peakBytes.push(peakBytes);
    this.pausesMs.push(longestPauseMs);
  }
}

export const seconds = (values: readonly number[]) => `${(median(values) / 1000).toFixed(2)} s`;
export const factorOf = (peer: readonly number[], own: readonly number[]) => median(peer) / median(own);

/** rcluster and each peer turn and turn about, over the same keys. */
export async function compare(
  cluster: BenchCluster,
  peers: readonly (readonly string[])[],
  runs: number,
): Promise<{ own: Runs; peers: number[][] }> {
  const own = new Runs();
  const times = peers.map((): number[] => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, flags] of peers.entries()) {
      times[index]?.push(await timed(() => cluster.moveInByPeer(...flags)));
      await cluster.moveOut();
    }
    own.add(await cluster.moveIn());
    await cluster.moveOut();
  }
  return { own, peers: times };
}

export function rowOf(
  work: string,
  label: string,
  peer: readonly number[],
  own: readonly number[],
  factor: number,
  words = `${factor} times as fast`,
): Row {
  const reached = factorOf(peer, own);
  return {
    work,
    unit: 'ms',
    peer: { label, values: peer },
    values: own,
    target: words,
    reached: reached >= factor,
    note: `${reached.toFixed(1)} times`,
  };
}

export function memoryRow(peakBytes: readonly number[]): Row {
  const megabytes = peakBytes.map((bytes) => bytes / 2 ** 20);
  return {
    work: 'memory of rcluster at its peak during any of these',
    unit: 'MB',
    peer: undefined,
    values: [Math.max(...megabytes)],
    target: '150 MB',
    reached: Math.max(...megabytes) <= 150,
  };
}
