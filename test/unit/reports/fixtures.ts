import type {
  DrillReport,
  DrillRun,
  Latency,
  NodeLane,
  ProfileOutcome,
  ReportEvent,
  SeriesPoint,
  WriteTotals,
} from '../../../src/reports/model.js';

/** Reports as drills make them, the same at every call. */

const BUCKET_MS = 100;
const FROM_MS = -3000;
const TO_MS = 8000;
const MASTERS = ['node-1', 'node-2', 'node-3'];
const REPLICAS = ['node-4', 'node-5', 'node-6'];

const NO_WRITES: WriteTotals = {
  attempted: 0,
  acknowledged: 0,
  failed: 0,
  lost: 0,
  unacknowledgedPresent: 0,
  duplicated: 0,
};

/** Something between 0 and 1 that looks like chance. */
function noise(...seeds: readonly number[]): number {
  const mixed = seeds.reduce((sum, seed, index) => sum + seed * (12.9898 + index * 65.32), 1);
  const wave = Math.sin(mixed) * 43_758.5453;
  return wave - Math.floor(wave);
}

interface RunShape {
  readonly number: number;
  readonly detectMs: number;
  readonly electMs: number;
  readonly recoverMs: number;
  readonly lost: number;
}

/** A master is killed three times; the third time the failover took longer than two seconds. */
export function killMaster(): DrillReport {
  const runs = [
    runOf({ number: 1, detectMs: 612, electMs: 548, recoverMs: 121, lost: 0 }),
    runOf({ number: 2, detectMs: 574, electMs: 743, recoverMs: 166, lost: 2 }),
    runOf({ number: 3, detectMs: 598, electMs: 1381, recoverMs: 142, lost: 0 }),
  ];
  return {
    version: 1,
    drill: 'kill-master',
    question:
      'How long can the slots of a master not be written to when it is killed, and which writes are lost?',
    environment: {
      cluster: 'lab',
      runtime: 'docker',
      image: 'rcluster/redis:7',
      serverVersion: '7.0.15',
      masters: 3,
      replicas: 3,
      nodeTimeoutMs: 400,
      settings: {
        'cluster-require-full-coverage': 'yes',
        'cluster-replica-validity-factor': '10',
        appendonly: 'yes',
        'min-replicas-to-write': '0',
      },
      load: {
        rate: 2000,
        clients: 4,
        readRatio: 0.5,
        valueBytes: 100,
        keys: 3000,
        hashTags: false,
        waitReplicas: 0,
      },
      versions: { rcluster: '0.1.0', 'Node.js': '20.19.5', ioredis: '6.0.0', 'Docker Engine': '20.10.24' },
      cpu: '2 x Intel(R) Xeon(R) CPU @ 2.20GHz',
      memoryBytes: 8_340_000_000,
      startedAt: '2026-03-14T09:26:53.000Z',
      seed: 42,
    },
    runs,
    summary: {
      runs: 3,
      failedRuns: 1,
      outageMs: { runs: 3, min: 1281, p50: 1483, p90: 2121, max: 2121 },
      detectMs: { runs: 3, min: 574, p50: 598, p90: 612, max: 612 },
      electMs: { runs: 3, min: 548, p50: 743, p90: 1381, max: 1381 },
      recoverMs: { runs: 3, min: 121, p50: 142, p90: 166, max: 166 },
      writes: sum(runs.map(({ writes }) => writes)),
      errorRatio: 0.0312,
    },
    expectations: runs.flatMap((run) => [
      {
        run: run.number,
        text: 'outage < 2s',
        measured: `${((run.outageMs ?? 0) / 1000).toFixed(2)} s`,
        verdict: (run.outageMs ?? 0) < 2000 ? ('pass' as const) : ('fail' as const),
      },
      { run: run.number, text: 'promoted == 1', measured: '1', verdict: 'pass' as const },
      { run: run.number, text: 'lost <= 10', measured: String(run.writes.lost), verdict: 'pass' as const },
      { run: run.number, text: 'errors < 10%', measured: '3.1 %', verdict: 'pass' as const },
    ]),
    verdict: 'fail',
    skipped: null,
  };
}

/** One run of it, in which all went well. */
export function singleRun(): DrillReport {
  const report = killMaster();
  const [run] = report.runs;
  return {
    ...report,
    runs: run === undefined ? [] : [run],
    expectations: report.expectations.filter((result) => result.run === 1),
    summary: { ...report.summary, runs: 1, failedRuns: 0 },
    verdict: 'pass',
  };
}

/** A drill whose fault this machine cannot inject. */
export function skipped(): DrillReport {
  const report = killMaster();
  return {
    ...report,
    drill: 'slow-master',
    question: 'What does a slow network in front of a master do to its clients?',
    runs: [],
    summary: { ...blankSummary(), runs: 0 },
    expectations: [],
    verdict: 'skip',
    skipped: 'latency needs the kernel module sch_netem, which this kernel does not have',
  };
}

/** Nothing could be measured, and the run broke. */
export function withNulls(): DrillReport {
  const report = killMaster();
  return {
    ...report,
    runs: [
      {
        number: 1,
        startedAt: '2026-03-14T09:26:53.000Z',
        elapsedMs: 0,
        victim: null,
        promoted: null,
        outageMs: null,
        detectMs: null,
        electMs: null,
        recoverMs: null,
        expected: null,
        remarks: [],
        promotions: 0,
        writes: NO_WRITES,
        profiles: [
          {
            name: 'default',
            settings: {},
            writes: NO_WRITES,
            reads: { attempted: 0, failed: 0, stale: 0 },
            outageMs: 0,
            shards: [
              {
                master: 'node-1',
                outageMs: 0,
                firstWriteAtMs: null,
                writes: NO_WRITES,
                reads: { attempted: 0, failed: 0, stale: 0 },
              },
            ],
            latency: { before: null, during: null, after: null },
            series: [{ atMs: 0, bucketMs: 100, ok: 0, errors: 0, p50: null, p99: null }],
            errors: [],
            advice: [],
            schedulingDelayP99Ms: 0,
          },
        ],
        timeline: [],
        lanes: [],
        error: 'the engine went away',
      },
    ],
    summary: blankSummary(),
    expectations: [{ run: 1, text: 'outage < 2s', measured: null, verdict: 'fail' }],
    verdict: 'fail',
  };
}

export const HOSTILE = {
  html: '<img src=x onerror="window.pwned=1">',
  script: '</script><script>window.pwned=1</script><!--',
  table: '| a | `b` | <b>',
  terminal: '\x1b[31mred\x1b]0;title\x07\x00',
  cdata: ']]> ]]> & "quoted" \u2028\u2029',
  unicode: 'half \ud800, none \ufffe\uffff, turned \u202efdp\u2066, C1 \u009b31m',
  template: '$& <!-- body --> {{body}} ${1}',
} as const;

/** A report in which everything that others had a say in is out to do harm. */
export function hostile(): DrillReport {
  const everything = Object.values(HOSTILE).join(' ');
  const report = killMaster();
  return {
    ...report,
    drill: everything,
    question: everything,
    environment: {
      ...report.environment,
      cluster: everything,
      image: everything,
      serverVersion: everything,
      settings: { [everything]: everything },
      versions: { [everything]: everything },
      cpu: everything,
      startedAt: everything,
    },
    runs: report.runs.map((run) => ({
      ...run,
      startedAt: everything,
      victim: everything,
      promoted: everything,
      remarks: [everything],
      profiles: run.profiles.map((profile) => ({
        ...profile,
        name: `${profile.name} ${everything}`,
        settings: { [everything]: { nested: everything } },
        shards: profile.shards.map((shard) => ({ ...shard, master: everything })),
        errors: [{ message: everything, count: 1 }],
        advice: [everything],
      })),
      timeline: run.timeline.map((event) => ({ ...event, node: everything, event: everything })),
      lanes: run.lanes.map((lane) => ({ ...lane, node: everything })),
      error: everything,
    })),
    expectations: report.expectations.map((result) => ({
      ...result,
      text: everything,
      measured: everything,
    })),
  };
}

function blankSummary(): DrillReport['summary'] {
  return {
    runs: 1,
    failedRuns: 1,
    outageMs: null,
    detectMs: null,
    electMs: null,
    recoverMs: null,
    writes: NO_WRITES,
    errorRatio: 0,
  };
}

function runOf(shape: RunShape): DrillRun {
  const { number, detectMs, electMs, recoverMs } = shape;
  const outageMs = detectMs + electMs + recoverMs;
  const profiles = [profileOf('default', shape, outageMs + 1240), profileOf('tuned', shape, outageMs)];
  return {
    number,
    startedAt: `2026-03-14T09:2${6 + number}:11.000Z`,
    elapsedMs: TO_MS - FROM_MS + 2400,
    victim: 'node-2',
    promoted: 'node-5',
    outageMs,
    detectMs,
    electMs,
    recoverMs,
    expected: {
      detectMs: [400, 700],
      electMs: [500, 1100],
      recoverMs: [0, 200],
      outageMs: [900, 2000],
    },
    remarks:
      electMs > 1100
        ? [
            'The election took 1.38 s, 0.28 s more than expected: node-5 asked twice, the first epoch had no majority.',
          ]
        : [],
    promotions: 1,
    writes: sum(profiles.map(({ writes }) => writes)),
    profiles,
    timeline: timelineOf(shape, outageMs),
    lanes: lanesOf(shape),
    error: null,
  };
}

function profileOf(name: 'default' | 'tuned', shape: RunShape, outageMs: number): ProfileOutcome {
  const series = seriesOf(name, shape, outageMs);
  const errors = series.reduce((total, point) => total + point.errors, 0);
  const ok = series.reduce((total, point) => total + point.ok, 0);
  const half = (value: number) => Math.round(value / 2);
  const lost = name === 'tuned' ? shape.lost : 0;
  const writes: WriteTotals = {
    attempted: half(ok) + errors,
    acknowledged: half(ok),
    failed: errors,
    lost,
    unacknowledgedPresent: name === 'tuned' ? 3 : 11,
    duplicated: name === 'tuned' ? 1 : 0,
  };
  const reads = { attempted: half(ok), failed: half(errors), stale: name === 'tuned' ? 4 : 0 };
  return {
    name,
    settings:
      name === 'tuned' ? { commandTimeout: 250, slotsRefreshInterval: 100, retryDelayOnFailover: 20 } : {},
    writes,
    reads,
    outageMs,
    shards: MASTERS.map((master) => {
      const isHit = master === 'node-2';
      return {
        master,
        outageMs: isHit ? outageMs : 9 + Math.round(noise(shape.number, master.length) * 8),
        firstWriteAtMs: isHit ? outageMs : null,
        writes: isHit ? writes : { ...NO_WRITES, attempted: half(ok) / 3, acknowledged: half(ok) / 3 },
        reads: isHit ? reads : { attempted: half(ok) / 3, failed: 0, stale: 0 },
      };
    }),
    latency: {
      before: latency(3000, 0.6, 2.4),
      during: latency(1420, 1.1, name === 'tuned' ? 262 : 1840),
      after: latency(6200, 0.6, 2.9),
    },
    series,
    errors:
      name === 'tuned'
        ? [{ message: 'Error: Command timed out', count: errors }]
        : [
            {
              message: 'ClusterAllFailedError: Failed to refresh slots cache.',
              count: Math.ceil(errors / 2),
            },
            { message: 'MaxRetriesPerRequestError: Reached the max retries per request limit', count: 7 },
          ],
    advice:
      name === 'tuned'
        ? []
        : [
            'commandTimeout is not set: 212 commands waited for the dead node for up to 1.84 s.',
            'slotsRefreshInterval is off: the client learnt of the new master 1.24 s after the tuned one.',
          ],
    schedulingDelayP99Ms: name === 'tuned' ? 1.32 : 1.18,
  };
}

function seriesOf(name: string, { number }: RunShape, outageMs: number): SeriesPoint[] {
  const points: SeriesPoint[] = [];
  for (let atMs = FROM_MS; atMs < TO_MS; atMs += BUCKET_MS) {
    const chance = noise(atMs, number, name.length);
    const isOut = atMs >= 0 && atMs < outageMs;
    const ok = Math.round((isOut ? 64 : 98) + chance * 4);
    // The slots of the others go on: a third of all requests waits.
    const errors = isOut ? Math.round(8 + chance * 24) : 0;
    points.push({
      atMs,
      bucketMs: BUCKET_MS,
      ok,
      errors,
      p50: 0.5 + chance * 0.3,
      p99: isOut ? 180 + chance * 90 : 1.8 + chance * 1.6,
    });
  }
  return points;
}

function latency(count: number, p50: number, p99: number): Latency {
  return { count, p50, p90: p50 * 1.8, p99, p999: p99 * 1.9, max: p99 * 2.6 };
}

function timelineOf({ detectMs, electMs }: RunShape, outageMs: number): ReportEvent[] {
  const promotedAt = detectMs + electMs;
  return [
    { atMs: -3000, node: 'rcluster', kind: 'step', event: 'load: 2,000 requests a second' },
    { atMs: 0, node: 'node-2', kind: 'injected', event: 'killed (SIGKILL)' },
    { atMs: detectMs - 84, node: 'node-1', kind: 'suspected', event: 'suspects it (PFAIL)' },
    {
      atMs: detectMs,
      node: 'node-3',
      kind: 'failed',
      event: 'calls it failed (FAIL), the quorum is reached',
    },
    {
      atMs: detectMs + 4,
      node: 'node-5',
      kind: 'election-delayed',
      event: 'waits 512 ms before its election (rank 0, offset 48211)',
    },
    { atMs: promotedAt - 9, node: 'node-5', kind: 'election-started', event: 'asks for votes in epoch 7' },
    { atMs: promotedAt - 6, node: 'node-1', kind: 'vote', event: 'votes for node-5' },
    { atMs: promotedAt - 5, node: 'node-3', kind: 'vote', event: 'votes for node-5' },
    { atMs: promotedAt, node: 'node-5', kind: 'promoted', event: 'is master now' },
    { atMs: promotedAt + 31, node: 'rcluster', kind: 'agreed', event: 'all nodes agree on the new topology' },
    {
      atMs: outageMs,
      node: 'client (tuned)',
      kind: 'first-write',
      event: 'first write to the shard of node-2',
    },
    {
      atMs: outageMs + 1240,
      node: 'client (default)',
      kind: 'first-write',
      event: 'first write to the shard of node-2',
    },
    { atMs: 5000, node: 'rcluster', kind: 'healed', event: 'node-2 is started again' },
    { atMs: 5420, node: 'node-2', kind: 'rejoined', event: 'is back, as a replica of node-5' },
    { atMs: 6180, node: 'node-2', kind: 'resynced', event: 'is in sync' },
  ];
}

function lanesOf({ detectMs, electMs }: RunShape): NodeLane[] {
  const whole = (node: string, state: 'master' | 'replica'): NodeLane => ({
    node,
    spans: [{ fromMs: FROM_MS, toMs: TO_MS, state }],
  });
  const promotedAt = detectMs + electMs;
  return [...MASTERS, ...REPLICAS].map((node): NodeLane => {
    if (node === 'node-2')
      return {
        node,
        spans: [
          { fromMs: FROM_MS, toMs: 0, state: 'master' },
          { fromMs: 0, toMs: 5000, state: 'down' },
          { fromMs: 5000, toMs: 6180, state: 'loading' },
          { fromMs: 6180, toMs: TO_MS, state: 'replica' },
        ],
      };
    if (node === 'node-5')
      return {
        node,
        spans: [
          { fromMs: FROM_MS, toMs: promotedAt, state: 'replica' },
          { fromMs: promotedAt, toMs: TO_MS, state: 'master' },
        ],
      };
    return whole(node, MASTERS.includes(node) ? 'master' : 'replica');
  });
}

function sum(all: readonly WriteTotals[]): WriteTotals {
  return all.reduce((a, b) => ({
    attempted: a.attempted + b.attempted,
    acknowledged: a.acknowledged + b.acknowledged,
    failed: a.failed + b.failed,
    lost: a.lost + b.lost,
    unacknowledgedPresent: a.unacknowledgedPresent + b.unacknowledgedPresent,
    duplicated: a.duplicated + b.duplicated,
  }));
}
