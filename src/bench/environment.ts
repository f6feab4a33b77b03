import { cpus, totalmem } from 'node:os';
import type { BenchEnvironment } from '../reports/bench/model.js';
import type { Target } from './target.js';

/** What somebody has to know who compares figures with others. */
export function environmentOf(
  { record, nodes, path }: Target,
  serverVersion: string,
  startedAt: Date,
): BenchEnvironment {
  const cores = cpus();
  const replicas = nodes.filter(({ role }) => role === 'replica').length;
  return {
    cluster: record.spec.name,
    runtime: record.runtime,
    image: record.server,
    ...{ serverVersion, replicas, path },
    masters: nodes.length - replicas,
    cores: cores.length,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    node: process.version,
    startedAt: startedAt.toISOString(),
  };
}
