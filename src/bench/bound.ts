import type { BenchUsage, Bound } from '../reports/bench/model.js';

/** What a run showed of who was short of time. */
export interface Strain {
  readonly cores: number;
  /** The share of all cores' time that was used. */
  readonly busy: number;
  /** By node, how much of one core it used: its commands run in one thread. */
  readonly nodes: readonly { readonly name: string; readonly cores: number }[];
  /** By thread of the load, the share of the time that it was at work. */
  readonly threads: readonly number[];
  readonly loadCores: number;
  readonly network: BenchUsage['network'];
  readonly rate: number | null;
  readonly opsPerSecond: number;
}

/** From here on there is nothing to spare: a few percent always go by between two tasks. */
const FULL = 0.9;
/** A rate that was kept so nearly was no limit of the machine. */
const RATE_KEPT = 0.97;

/** Who kept the figure from being higher. The cores come first: where they are used up, everybody seems to be. */
export function boundOf(strain: Strain): Bound {
  const { cores, busy, nodes, threads, loadCores, network, rate, opsPerSecond } = strain;
  if (rate !== null && opsPerSecond >= rate * RATE_KEPT)
    return {
      by: 'rate',
      why: 'the rate that was asked for was kept; what more the nodes can do was not tried',
    };
  if (busy >= FULL) {
    const plural = cores === 1 ? 'the one core' : `all ${cores} cores`;
    return {
      by: 'cores',
      why: `${plural} of this machine were busy (${percent(busy)}), the load itself on ${loadCores.toFixed(1)} of them`,
    };
  }
  const busiest = nodes.reduce((most, node) => (node.cores > most.cores ? node : most), {
    name: '',
    cores: 0,
  });
  if (busiest.cores >= FULL)
    return {
      by: 'node',
      why: `${busiest.name} was busy (${percent(busiest.cores)} of a core, and commands run in one thread)`,
    };
  const wire = network.find(({ share }) => share >= FULL);
  if (wire !== undefined)
    return {
      by: 'network',
      why: `the network was full (${wire.name} carried ${percent(wire.share)} of its ${megabits(wire.bytesPerSecond)} Mbit/s), while nodes had time to spare`,
    };
  const thread = Math.max(0, ...threads);
  if (thread >= FULL)
    return {
      by: 'load',
      why: `the load was busy (a thread of it for ${percent(thread)} of the time), while nodes had time to spare: --threads`,
    };
  return {
    by: 'clients',
    why: 'nobody was short of time: the clients waited for answers; more of them, or deeper pipelines, would ask for more',
  };
}

function megabits(bytesPerSecond: number): number {
  return Math.round((bytesPerSecond * 8) / 1_000_000);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
