import type { Emit } from '../base/events.js';
import { duration } from '../base/format.js';
import type { BenchLoad, BenchResult } from '../reports/bench/model.js';
import { Fleet } from './load/fleet.js';
import type { Seen } from './load/tally.js';
import { LiveFigures } from './live.js';
import { resultOf } from './result.js';
import type { Target } from './target.js';
import { withSnapshots } from './usage.js';

export interface MeasureOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

/**
 * Puts the load on the target: writes the keys that will be read, warms up, and measures.
 *
 * @throws REDIS_ERROR when a node cannot be reached, INTERRUPTED
 */
export async function measure(
  { nodes }: Pick<Target, 'nodes'>,
  load: BenchLoad,
  { emit, signal }: MeasureOptions,
): Promise<BenchResult & { readonly serverVersion: string }> {
  return withSnapshots(nodes, async (look) => {
    emit({ type: 'step', text: `connecting ${load.clients} clients` });
    const fleet = await Fleet.start(nodes, load);
    try {
      const fill = readsKeys(load) ? await writeKeys(fleet, load, { emit, signal }) : null;
      if (load.warmUpMs > 0) {
        emit({ type: 'step', text: `warming up for ${duration(load.warmUpMs)}` });
        await fleet.warmUp(signal);
      }
      const before = await look();
      const live = new LiveFigures(`${load.workload}: measuring`, load, emit);
      const seen = await fleet.measure(signal, (recent) => live.show(recent));
      const after = await look();
      return {
        ...resultOf({ load, nodes, seen, before, after, fill }),
        serverVersion: after.nodes[0]?.version ?? '',
      };
    } finally {
      await fleet.end();
    }
  });
}

/** A read of a key that is not there costs less than one that is. */
function readsKeys({ mix }: BenchLoad): boolean {
  return mix['get'] !== undefined || mix['mget'] !== undefined;
}

async function writeKeys(
  fleet: Fleet,
  load: BenchLoad,
  { emit, signal }: MeasureOptions,
): Promise<BenchResult['fill']> {
  const live = new LiveFigures('writing keys', { ops: load.keyspace, durationMs: null }, emit);
  const seen = await fleet.fill(signal, (recent) => live.show(recent));
  const started = Math.min(...seen.map(({ startedAt }) => startedAt));
  const keys = seen.reduce((sum, one) => sum + okOf(one), 0);
  return { keys, elapsedMs: Math.max(...seen.map(({ endedAt }) => endedAt)) - started };
}

const okOf = ({ shards }: Seen) => shards.reduce((sum, { ok }) => sum + ok, 0);
