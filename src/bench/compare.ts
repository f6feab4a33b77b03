import { randomBytes } from 'node:crypto';
import { RclusterError } from '../base/errors.js';
import { silent } from '../base/events.js';
import type { BenchOptions, ResolvedBenchOptions, Topology } from '../config/bench-schema.js';
import type { UpOptions } from '../config/schema.js';
import { down } from '../operations/down.js';
import { upPlain } from '../operations/plain-server.js';
import { up, type OperationOptions } from '../operations/up.js';
import type { BenchEnvironment, BenchLoad, BenchResult, ScalingReport } from '../reports/bench/model.js';
import { findCluster } from '../runtimes/detect.js';
import { resolveBench } from './bench.js';
import { environmentOf } from './environment.js';
import { measure } from './measure.js';
import { nameOf, scalingRows, scalingVerdict } from './scaling.js';
import { clusterTarget, singleTarget, type Target } from './target.js';

/** Where free ports are looked for. */
const BASE_PORT = 7300;

type Activity = Required<OperationOptions>;

/**
 * Boots each topology of `compare` on free ports, puts the same load on it, and takes it down again, in rounds: whatever else
 * the machine does in the meantime hits all of them alike.
 *
 * @throws CONFIG_INVALID; what `up` throws; INTERRUPTED after everything is down again
 */
export async function benchScaling(
  options: BenchOptions,
  { emit = silent, signal }: OperationOptions = {},
): Promise<ScalingReport> {
  const { asked, load } = await resolveBench(options);
  const { compare: topologies, rounds, replicas, maxmemory } = asked;
  if (topologies === undefined)
    throw new RclusterError('CONFIG_INVALID', '--compare: says what is compared, such as single,3,6');
  if (asked.engine !== 'ours')
    throw new RclusterError('CONFIG_INVALID', '--engine: --compare puts on our own load alone');
  const run = randomBytes(3).toString('hex');
  const results = new Map<Topology, BenchResult[]>(topologies.map((topology) => [topology, []]));
  let environment: BenchEnvironment | undefined;
  for (let round = 1; round <= rounds; round += 1) {
    for (const topology of topologies) {
      emit({ type: 'notice', text: `round ${round} of ${rounds}: ${nameOf(topology)}` });
      const name = `bench-${run}-${topology}`;
      const measured = await onTopology(name, topology, asked, load, { emit, signal });
      environment ??= measured.environment;
      results.get(topology)?.push(measured.result);
    }
  }
  if (environment === undefined) throw new RclusterError('INTERNAL', 'nothing was measured');
  const rows = scalingRows(
    [...results].map(([topology, all]) => ({ topology, results: all, maxmemoryBytes: maxmemory })),
  );
  return {
    kind: 'bench-scaling',
    ...{ load, replicas, rounds, rows },
    environment: machineOf(environment),
    verdict: scalingVerdict(rows, environment.cores),
  };
}

/** What all topologies have in common. */
function machineOf(environment: BenchEnvironment): ScalingReport['environment'] {
  const { runtime, image, serverVersion, path, cores, cpu, memoryBytes, node, startedAt } = environment;
  return { runtime, image, serverVersion, path, cores, cpu, memoryBytes, node, startedAt };
}

async function onTopology(
  cluster: string,
  topology: Topology,
  asked: ResolvedBenchOptions,
  load: BenchLoad,
  activity: Activity,
): Promise<{ readonly result: BenchResult; readonly environment: BenchEnvironment }> {
  try {
    const startedAt = new Date();
    const target = await bootTarget(cluster, topology, asked, activity);
    const { serverVersion, ...result } = await measure(target, load, activity);
    return { result, environment: environmentOf(target, serverVersion, startedAt) };
  } finally {
    // Not to be interrupted: it is what an interruption is followed by.
    await down(cluster, { emit: activity.emit });
  }
}

async function bootTarget(
  cluster: string,
  topology: Topology,
  { image, persistence, maxmemory, runtime, redisServer, replicas, announced }: ResolvedBenchOptions,
  activity: Activity,
): Promise<Target> {
  const options: UpOptions = {
    ...{ cluster, image, persistence, maxmemory, runtime, redisServer },
    ...{ basePort: BASE_PORT, anyPort: true },
  };
  if (topology === 'single') return singleTarget((await upPlain(options, activity)).record, announced);
  await up({ ...options, masters: topology, replicas, force: true }, activity);
  return clusterTarget(await findCluster(cluster), announced);
}
