import { silent } from '../base/events.js';
import { benchSchema, type BenchOptions, type ResolvedBenchOptions } from '../config/bench-schema.js';
import { readBenchWorkload, type BenchWorkload } from '../config/bench-workload.js';
import { resolveOptions } from '../config/resolve.js';
import type { OperationOptions } from '../operations/up.js';
import type { BenchLoad, BenchReport } from '../reports/bench/model.js';
import { isGuarded } from '../operations/access/access.js';
import { findCluster } from '../runtimes/detect.js';
import { environmentOf } from './environment.js';
import { measure } from './measure.js';
import { findPeer, requirePeerCan, runPeer } from './peer.js';
import { loadOf } from './plan.js';
import { clusterTarget } from './target.js';

/** What is asked for, complete. @throws CONFIG_INVALID with every problem at once */
export async function resolveBench(options: BenchOptions): Promise<{
  readonly asked: ResolvedBenchOptions;
  readonly workload: BenchWorkload;
  readonly load: BenchLoad;
}> {
  const asked = resolveOptions(benchSchema, options);
  const workload = await readBenchWorkload(asked.workload);
  return { asked, workload, load: loadOf(asked, workload) };
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
  const { asked, workload, load: alone } = await resolveBench(options);
  const isBesidePeer = asked.engine === 'redis-benchmark';
  const startedAt = new Date();
  const found = await findCluster(cluster);
  if (isBesidePeer) requirePeerCan(alone, isGuarded(found.record.spec));
  const target = await clusterTarget(found, asked.announced);
  const tool = isBesidePeer ? await findPeer(found.runtime, target, { emit, signal }) : undefined;
  const load = loadOf(asked, workload, tool?.keys);
  const { serverVersion, ...result } = await measure(target, load, { emit, signal });
  const peer =
    tool === undefined ? null : await runPeer(found.runtime, tool, target, load, result, { emit, signal });
  return {
    kind: 'bench',
    load,
    environment: environmentOf(target, serverVersion, startedAt),
    result,
    peer,
    baseline: null,
  };
}
