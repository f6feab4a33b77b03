import { describe, expect, test } from 'vitest';
import { runOf, type Seen } from '../../../src/drills/outcome.js';
import type { ProfileOutcome } from '../../../src/reports/model.js';
import { profile } from './runs.js';

const WRITES = { attempted: 1, acknowledged: 1, failed: 0, lost: 0, unacknowledgedPresent: 0, duplicated: 0 };

/** What a profile saw of the shards of node-1 and node-2. */
function seenBy(
  name: string,
  one: number | null,
  two: number | null,
  outages = [one ?? 0, two ?? 0],
): ProfileOutcome {
  const shard = (master: string, firstWriteAtMs: number | null, outageMs = 0) => ({
    ...{ master, outageMs, firstWriteAtMs, writes: WRITES },
    reads: { attempted: 0, failed: 0, stale: 0 },
  });
  return profile(name, { shards: [shard('node-1', one, outages[0]), shard('node-2', two, outages[1])] });
}

const event = (
  atMs: number,
  node: string,
  kind: 'failed' | 'promoted' | 'injected',
  text: string = kind,
) => ({
  ...{ atMs, node, kind, event: text },
});

const SEEN: Seen = {
  number: 2,
  startedAt: '2026-01-01T00:00:00.000Z',
  elapsedMs: 8000.4,
  victim: 'node-1',
  hit: ['node-1'],
  heir: 'node-4',
  nodeTimeoutMs: 400,
  events: [
    event(0, 'node-1', 'injected'),
    event(620.4, 'node-2', 'failed'),
    {
      atMs: 625,
      node: 'node-4',
      kind: 'election-delayed',
      event: 'election delayed for 700 ms (rank #0, offset 9)',
    },
    event(1330.3, 'node-4', 'promoted'),
  ],
  profiles: [seenBy('default', 1900, null), seenBy('tuned', 1400.2, null)],
  nodes: ['node-1', 'node-2', 'node-4'],
  looks: [{ atMs: -5, node: 'node-1', state: 'master' }],
  afflictions: [],
  endMs: 3000,
  remarks: [],
  error: null,
};

describe('a run', () => {
  test('has phases that add up to the outage of the tuned client', () => {
    const run = runOf(SEEN);
    expect(run).toMatchObject({ outageMs: 1400, detectMs: 620, electMs: 710, recoverMs: 70, promotions: 1 });
    expect(run).toMatchObject({
      victim: 'node-1',
      promoted: 'node-4',
      number: 2,
      elapsedMs: 8000,
      error: null,
    });
    expect(run.remarks).toEqual([]);
    expect(run.expected?.detectMs).toEqual([400, 1000]);
  });

  test('lasts until the last of the shards that were hit is back', () => {
    const profiles = [seenBy('tuned', 1400, 2300)];
    expect(runOf({ ...SEEN, profiles, hit: ['node-1', 'node-2'] }).outageMs).toBe(2300);
    expect(runOf({ ...SEEN, profiles }).outageMs).toBe(1400);
  });

  test('tells when each client could write to each shard again', () => {
    const writes = runOf(SEEN).timeline.filter(({ kind }) => kind === 'first-write');
    expect(writes).toEqual([
      {
        atMs: 1400,
        node: 'client (tuned)',
        kind: 'first-write',
        event: 'first write to the slots of node-1 acknowledged',
      },
      {
        atMs: 1900,
        node: 'client (default)',
        kind: 'first-write',
        event: 'first write to the slots of node-1 acknowledged',
      },
    ]);
  });

  test('that outlasted the formula says so', () => {
    const run = runOf({ ...SEEN, profiles: [seenBy('tuned', 2400, null)], remarks: ['rebalance ended'] });
    expect(run.remarks).toEqual([
      expect.stringContaining('the way back for clients took 1.1 s'),
      'rebalance ended',
    ]);
  });

  test('in which no shard was hit has no outage of its own', () => {
    expect(runOf({ ...SEEN, hit: [], heir: null })).toMatchObject({
      outageMs: null,
      detectMs: null,
      expected: null,
    });
  });

  test('in which writes never stopped has an outage of 0, and no phases', () => {
    const run = runOf({ ...SEEN, profiles: [seenBy('tuned', null, null)], events: [] });
    expect(run).toMatchObject({ outageMs: 0, detectMs: null, promotions: 0, expected: null });
  });

  test('in which a later outage was the longest has its length, and no phases of the first', () => {
    const profiles = [seenBy('tuned', 3200, null, [250, 0])];
    const events = [...SEEN.events, { ...event(2000, 'node-1', 'injected'), kind: 'healed' as const }];
    expect(runOf({ ...SEEN, profiles, events })).toMatchObject({
      ...{ outageMs: 250, detectMs: null, electMs: null, recoverMs: null, expected: null },
    });
    // A master that is cut off goes on for a node timeout before it refuses writes: that is the fault's own outage.
    expect(runOf({ ...SEEN, profiles })).toMatchObject({ outageMs: 3200, detectMs: 620 });
  });

  test('in which a shard never came back has no outage that could be told', () => {
    expect(runOf({ ...SEEN, profiles: [seenBy('tuned', null, null, [5000, 0])] })).toMatchObject({
      outageMs: null,
      detectMs: null,
    });
  });

  test('that was cut short has nothing but what was seen', () => {
    expect(runOf({ ...SEEN, profiles: [], error: 'the engine went away' })).toMatchObject({
      ...{ outageMs: null, profiles: [], error: 'the engine went away' },
      writes: { attempted: 0 },
      timeline: [
        { kind: 'injected' },
        { kind: 'failed' },
        { kind: 'election-delayed' },
        { kind: 'promoted' },
      ],
    });
  });
});
