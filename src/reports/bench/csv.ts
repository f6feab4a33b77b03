import type { BenchReport, ScalingReport } from './model.js';

type Row = readonly (string | number | null)[];

/** The figures, a row a node and one for all of them, or one a topology. Times are milliseconds, sizes bytes. */
export function renderBenchCsv(report: BenchReport | ScalingReport): string {
  const rows = report.kind === 'bench' ? nodeRows(report) : topologyRows(report);
  return `${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

function nodeRows({ load, result }: BenchReport): Row[] {
  const perSecond = (ok: number) => (result.elapsedMs > 0 ? (ok * 1000) / result.elapsedMs : 0);
  const head = [
    ...[
      'workload',
      'node',
      'role',
      'ops_per_second',
      'ok',
      'failed',
      'p50_ms',
      'p90_ms',
      'p99_ms',
      'p999_ms',
    ],
    ...['max_ms', 'cpu_seconds', 'memory_bytes', 'keys'],
  ];
  const all = {
    name: 'all',
    role: '',
    cpuSeconds: result.usage.nodesCpuSeconds,
    memoryBytes: result.nodes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    keys: result.nodes.reduce((sum, { keys }) => sum + keys, 0),
    ...{ ok: result.ok, failed: result.failed, latency: result.latency },
  };
  return [
    head,
    ...[...result.nodes, all].map(
      ({ name, role, ok, failed, latency, cpuSeconds, memoryBytes, keys }): Row => {
        const { p50 = null, p90 = null, p99 = null, p999 = null, max = null } = latency ?? {};
        return [
          ...[load.workload, name, role, perSecond(ok), ok, failed],
          ...[p50, p90, p99, p999, max, cpuSeconds, memoryBytes, keys],
        ];
      },
    ),
  ];
}

function topologyRows({ load, rows }: ScalingReport): Row[] {
  const head = [
    ...[
      'workload',
      'topology',
      'masters',
      'ops_per_second',
      'ops_per_second_min',
      'ops_per_second_max',
      'p99_ms',
    ],
    ...[
      'factor',
      'efficiency',
      'ops_per_node_cpu_second',
      'limit',
      'memory_limit_bytes',
      'memory_per_key_bytes',
    ],
    'projected_ops_per_second',
  ];
  return [
    head,
    ...rows.map((row): Row => {
      const { median, min, max } = row.opsPerSecond;
      return [
        ...[load.workload, row.topology, row.masters, median, min, max, row.p99Ms?.median ?? null],
        ...[row.factor, row.efficiency, row.opsPerNodeCpuSecond?.median ?? null, row.bound.by],
        ...[row.memoryLimitBytes, row.memoryPerKeyBytes, row.projectedOpsPerSecond],
      ];
    }),
  ];
}

/** RFC 4180; nothing where there is nothing. A text that a spreadsheet would take for a formula is none. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Number(value.toFixed(4)));
  const text = /^[=+\-@]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
