import type { Baseline } from '../config/bench-baseline.js';
import type { BaselineComparison, BaselineFigure, BenchReport } from '../reports/bench/model.js';

/** What makes two runs different ones; a date does not, nor does the name of the cluster. */
const LOAD = [
  'mix',
  'rate',
  'clients',
  'pipeline',
  'valueBytes',
  'keyspace',
  'distribution',
  'hashTags',
  'threads',
] as const;
const ENVIRONMENT = [
  'runtime',
  'serverVersion',
  'masters',
  'replicas',
  'path',
  'cores',
  'cpu',
  'node',
] as const;

/** So many requests in a hundred may fail more than before, whatever the tolerance: a failure is no noise. */
const FAILURES_MORE = 0.001;

/**
 * Whether a report is worse than an earlier one: fewer requests a second, a higher p99, or more failures. Pure.
 *
 * @param tolerance a share of one
 * @param file what the earlier one is called
 */
export function compareWithBaseline(
  report: Pick<BenchReport, 'load' | 'environment' | 'result'>,
  before: Baseline,
  tolerance: number,
  file: string,
): BaselineComparison {
  const { result } = report;
  const figures = [
    figure('throughput', 'ops/s', before.result.opsPerSecond, result.opsPerSecond, tolerance, -1),
    ...(before.result.latency === null || result.latency === null
      ? []
      : [figure('p99', 'ms', before.result.latency.p99, result.latency.p99, tolerance, 1)]),
    failures(shareOf(before.result), shareOf(result)),
  ];
  return {
    ...{ file, tolerance, figures },
    differences: [
      ...differences(LOAD, before.load, report.load),
      ...differences(ENVIRONMENT, before.environment, report.environment),
    ],
    verdict: figures.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'fail',
  };
}

/** @param direction 1 when more is worse, -1 when less is */
function figure(
  name: string,
  unit: 'ops/s' | 'ms',
  before: number,
  now: number,
  tolerance: number,
  direction: 1 | -1,
): BaselineFigure {
  const change = before === 0 ? (now === 0 ? 0 : 1) : (now - before) / before;
  const worsening = change * direction + 0;
  return { name, unit, before, now, worsening, verdict: worsening > tolerance ? 'fail' : 'pass' };
}

function failures(before: number, now: number): BaselineFigure {
  const worsening = now - before;
  const verdict = worsening > FAILURES_MORE ? 'fail' : 'pass';
  return { name: 'failed requests', unit: 'share', before, now, worsening, verdict };
}

function shareOf({ failed, requests }: { readonly failed: number; readonly requests: number }): number {
  return requests === 0 ? 1 : failed / requests;
}

function differences(
  names: readonly string[],
  before: Readonly<Record<string, unknown>>,
  now: object,
): string[] {
  const then = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
  return names.flatMap((name) => {
    const [was, is] = [then(before[name]), then((now as Record<string, unknown>)[name])];
    return was === is ? [] : [`${name} was ${was} and is ${is}`];
  });
}
