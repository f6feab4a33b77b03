import type { DrillRun, Latency, ProfileOutcome } from '../../../src/reports/model.js';

/** Runs as a drill could have measured them, for tests of what is made of them. */

const WRITES = {
  attempted: 1000,
  acknowledged: 990,
  failed: 10,
  lost: 0,
  unacknowledgedPresent: 2,
  duplicated: 1,
};

export const latency = (scale: number): Latency => ({
  count: 100,
  p50: scale,
  p90: 2 * scale,
  p99: 5 * scale,
  p999: 10 * scale,
  max: 20 * scale,
});

export function profile(name: string, changes: Partial<ProfileOutcome> = {}): ProfileOutcome {
  return {
    name,
    settings: {},
    writes: WRITES,
    reads: { attempted: 1000, failed: 0, stale: 0 },
    outageMs: 1500,
    shards: [],
    latency: { before: latency(1), during: latency(10), after: latency(1) },
    series: [],
    errors: [],
    advice: [],
    schedulingDelayP99Ms: 2,
    ...changes,
  };
}

export function drillRun(changes: Partial<DrillRun> = {}): DrillRun {
  return {
    number: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    elapsedMs: 8000,
    victim: 'node-2',
    promoted: 'node-5',
    outageMs: 1420,
    detectMs: 620,
    electMs: 700,
    recoverMs: 100,
    expected: null,
    remarks: [],
    promotions: 1,
    writes: { ...WRITES, attempted: 2000, acknowledged: 1980, failed: 20 },
    profiles: [profile('default', { outageMs: 2500 }), profile('tuned')],
    timeline: [],
    lanes: [],
    error: null,
    ...changes,
  };
}
