import type { ProfileOutcome, ReadTotals, ShardOutcome, WriteTotals } from '../../reports/model.js';
import type { Seen } from './messages.js';

/** All but the advice, for which the profiles are compared. */
export type Observed = Omit<ProfileOutcome, 'advice'>;

/**
 * What the clients of one profile saw, counted from the moment of the injection. A shard's `firstWriteAtMs` is the end of
 * its longest outage; it is null where there was none, and where there was no write until the workload ended.
 *
 * @param masters the names of the shards, in the order of `seen.shards`
 * @param injectedAt milliseconds since 1970
 */
export function outcomeOf(
  { name, settings }: { readonly name: string; readonly settings: Readonly<Record<string, unknown>> },
  seen: Seen,
  masters: readonly string[],
  injectedAt: number,
): Observed {
  const shards = seen.shards.map(({ writes, reads, outage }, index): ShardOutcome => ({
    master: masters[index] ?? '',
    outageMs: outage?.lengthMs ?? 0,
    firstWriteAtMs: typeof outage?.to === 'number' ? outage.to - injectedAt : null,
    writes,
    reads,
  }));
  return {
    name,
    settings,
    writes: sumOfWrites(shards.map(({ writes }) => writes)),
    reads: sumOfReads(shards.map(({ reads }) => reads)),
    outageMs: Math.max(0, ...shards.map(({ outageMs }) => outageMs)),
    shards,
    latency: seen.latency,
    series: seen.series.map((point) => ({ ...point, atMs: point.atMs - injectedAt })),
    errors: seen.errors,
    schedulingDelayP99Ms: seen.schedulingDelayP99Ms,
  };
}

export function sumOfWrites(totals: readonly WriteTotals[]): WriteTotals {
  const sum = (name: keyof WriteTotals) => totals.reduce((all, each) => all + each[name], 0);
  return {
    attempted: sum('attempted'),
    acknowledged: sum('acknowledged'),
    failed: sum('failed'),
    lost: sum('lost'),
    unacknowledgedPresent: sum('unacknowledgedPresent'),
    duplicated: sum('duplicated'),
  };
}

function sumOfReads(totals: readonly ReadTotals[]): ReadTotals {
  const sum = (name: keyof ReadTotals) => totals.reduce((all, each) => all + each[name], 0);
  return { attempted: sum('attempted'), failed: sum('failed'), stale: sum('stale') };
}
