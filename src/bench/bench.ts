import { silent } from '../base/events.js';
import { benchSchema, type BenchOptions, type ResolvedBenchOptions } from '../config/bench-schema.js';
import { readBenchWorkload } from '../config/bench-workload.js';
import { resolveOptions } from '../config/resolve.js';
import type { OperationOptions } from '../operations/up.js';
import type { BenchLoad, BenchReport } from '../reports/bench/model.js';
import { isGuarded } from '../operations/access/access.js';
import { findCluster } from '../runtimes/detect.js';
import { environmentOf } from './environment.js';
import { measure } from './measure.js';
import { requirePeerCan, runPeer } from './peer.js';
import { loadOf } from './plan.js';
import { clusterTarget } from './target.js';

/** What is asked for, complete. @throws CONFIG_INVALID with every problem at once */
export async function resolveBench(
  options: BenchOptions,
): Promise<{ readonly asked: ResolvedBenchOptions; readonly load: BenchLoad }> {
  const asked = resolveOptions(benchSchema, options);
  return { asked, load: loadOf(asked, await readBenchWorkload(asked.workload)) };
}

/**
 * Measures what a running cluster does under a load from this machine, and what that costs. The keys stay: `key:*`, and of
 * INCR `counter:*`.
 *
 * @throws CONFIG_INVALID, CLUSTER_UNKNOWN, UNHEALTHY when not every slot is served, REDIS_ERROR, INTERRUPTED
 */
export async function bench(
  cluster: string,
  options: BenchOptions = {},
  { emit = silent, signal }: OperationOptions = {},
): Promise<BenchReport> {
  const { asked, load } = await resolveBench(options);
  const isBesidePeer = asked.engine === 'redis-benchmark';
  const startedAt = new Date();
  const found = await findCluster(cluster);
  if (isBesidePeer) requirePeerCan(load, isGuarded(found.record.spec));
  const target = await clusterTarget(found, asked.announced);
  const { serverVersion, ...result } = await measure(target, load, { emit, signal });
  const peer = isBesidePeer ? await runPeer(found.runtime, target, load, result, { emit, signal }) : null;
  return {
    kind: 'bench',
    load,
    environment: environmentOf(target, serverVersion, startedAt),
    result,
    peer,
    baseline: null,
  };
}
