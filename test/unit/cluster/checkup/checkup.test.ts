import { describe, expect, test } from 'vitest';
import { checkup } from '../../../../src/cluster/checkup/checkup.js';
import type { CheckupFacts } from '../../../../src/cluster/checkup/facts.js';
import type {
  CheckupCode,
  CheckupFinding,
  CheckupSeverity,
} from '../../../../src/cluster/checkup/finding.js';
import { mergeTopology, type NodeEntry } from '../../../../src/cluster/topology.js';
import { changed, healthyEntries, idOf, viewOf, viewsOf } from '../pictures.js';
import { afterFixes, changedNode, changedNodes, cleanFacts, daysAgo, labFacts } from './facts.js';

const clean = cleanFacts();
const entries = healthyEntries();

/** The facts of a cluster that all nodes see like this. */
const seen = (seenAs: readonly NodeEntry[]): CheckupFacts => cleanFacts(seenAs);
const manyKeys = { db0: 'keys=9000,expires=0,avg_ttl=0' };
const fewKeys = { db0: 'keys=500,expires=0,avg_ttl=0' };

/** How each finding comes about in a cluster with which nothing else is wrong. */
const MADE: Readonly<Record<CheckupCode, readonly [CheckupSeverity, CheckupFacts]>> = {
  NODE_DOWN: ['error', changedNode(clean, 4, { state: 'exited', isSilent: true })],
  NODE_SILENT: ['error', changedNode(clean, 4, { isSilent: true })],
  NODE_NOT_MEMBER: [
    'error',
    { ...clean, nodes: [...clean.nodes, { ...clean.nodes[0]!, name: 'node-7', id: idOf(7) }] },
  ],
  NODE_NOT_SERVING: ['error', changedNode(clean, 1, { said: { serving: false } })],
  NODE_SUSPECTED: ['error', seen(changed(entries, 4, { flags: ['slave', 'fail?'] }))],
  VIEWS_DISAGREE: [
    'error',
    {
      ...clean,
      topology: mergeTopology([
        ...viewsOf(entries, [6]),
        viewOf(
          6,
          entries.filter(({ id }) => id !== idOf(2)),
        ),
      ]),
    },
  ],
  REPLICA_UNLINKED: ['error', changedNode(clean, 4, { info: { master_link_status: 'down' } })],
  MASTER_EMPTY: [
    'warning',
    seen([...entries, { ...entries[0]!, id: idOf(7), host: '172.30.0.17', port: 7006, slots: [] }]),
  ],
  SLOTS_UNCOVERED: ['error', seen(changed(entries, 1, { slots: [[0, 5000]] }))],
  SLOT_OPEN: [
    'error',
    seen(changed(entries, 1, { openSlots: [{ slot: 7, state: 'migrating', peer: idOf(2) }] })),
  ],
  TOO_FEW_MASTERS: ['error', seen(healthyEntries(2))],
  MASTERS_EVEN: ['note', seen(healthyEntries(4))],
  MASTER_WITHOUT_REPLICA: ['error', seen(changed(entries, 4, { replicaOf: idOf(2) }))],
  ONE_HOST: ['error', seen(entries.map((entry) => ({ ...entry, host: '10.0.0.1' })))],
  SHARD_ON_ONE_HOST: ['error', seen(changed(entries, 4, { host: '172.30.0.11' }))],
  MAJORITY_ON_ONE_HOST: ['warning', seen(changed(entries, 2, { host: '172.30.0.11' }))],
  PERSISTENCE_OFF: ['warning', changedNodes(clean, { config: { appendonly: 'no', save: '' } })],
  SAVE_FAILED: ['error', changedNode(clean, 2, { info: { rdb_last_bgsave_status: 'err' } })],
  SLOT_SKEW: [
    'warning',
    changedNode(clean, 1, {
      info: manyKeys,
      said: { fullSlots: [{ slot: 5, keys: 8000, sample: ['a:{all}', 'b:{all}'] }] },
    }),
  ],
  MASTER_SKEW: [
    'warning',
    [2, 3].reduce(
      (facts, number) => changedNode(facts, number, { info: fewKeys }),
      changedNode(clean, 1, { info: manyKeys }),
    ),
  ],
  LATENCY_HIGH: ['warning', { ...clean, latencies: [{ from: 'node-1', to: 'node-2', ms: 1.5 }] }],
  NODE_TIMEOUT_SHORT: ['warning', changedNodes(clean, { config: { 'cluster-node-timeout': '400' } })],
  NODE_TIMEOUT_LONG: ['warning', changedNodes(clean, { config: { 'cluster-node-timeout': '60000' } })],
  MAXMEMORY_UNSET: ['warning', changedNodes(clean, { config: { maxmemory: '0' } })],
  MEMORY_NEARLY_FULL: ['warning', changedNode(clean, 3, { info: { used_memory: '950000000' } })],
  EVICTION_IDLE: [
    'warning',
    changedNodes(clean, { config: { 'maxmemory-policy': 'volatile-lru' }, info: fewKeys }),
  ],
  OVERCOMMIT_OFF: ['warning', changedNode(clean, 1, { host: { overcommit: 0 } })],
  HUGE_PAGES_ON: [
    'warning',
    changedNode(clean, 1, { host: { hugePages: 'always' }, config: { 'disable-thp': 'no' } }),
  ],
  SOMAXCONN_LOW: ['warning', changedNode(clean, 1, { host: { somaxconn: 128 } })],
  FILE_LIMIT_LOW: [
    'warning',
    changedNode(clean, 1, { host: { fileLimit: 1024 }, config: { maxclients: '992' } }),
  ],
  NO_PASSWORD: [
    'error',
    changedNodes(
      { ...clean, guarded: false },
      { config: { requirepass: '', masterauth: '', 'protected-mode': 'no' } },
    ),
  ],
  MASTERAUTH_MISSING: ['error', changedNode(clean, 5, { config: { masterauth: '' } })],
  VERSIONS_DIFFER: ['warning', changedNode(clean, 1, { info: { redis_version: '7.4.1' } })],
  VERSION_OLD: ['warning', changedNodes(clean, { info: { redis_version: '7.0.15' } })],
  OUTPUT_BUFFER: [
    'warning',
    changedNode(clean, 1, {
      config: { 'client-output-buffer-limit': 'normal 0 0 0 slave 1048576 1048576 60 pubsub 0 0 0' },
    }),
  ],
  FULL_COVERAGE_REQUIRED: [
    'note',
    changedNodes(clean, { config: { 'cluster-require-full-coverage': 'yes' } }),
  ],
  READS_WHEN_DOWN: ['note', changedNodes(clean, { config: { 'cluster-allow-reads-when-down': 'yes' } })],
  FAILOVER_FORBIDDEN: ['error', changedNode(clean, 4, { config: { 'cluster-replica-no-failover': 'yes' } })],
  STALE_REPLICA_ELIGIBLE: [
    'note',
    changedNodes(clean, { config: { 'cluster-replica-validity-factor': '0' } }),
  ],
  BACKLOG_SMALL: ['warning', changedNode(clean, 1, { said: { writtenBytesPerSecond: 100_000 } })],
  DRILL_MISSING: ['warning', { ...clean, drill: null }],
  DRILL_OLD: ['warning', { ...clean, drill: { name: 'kill', at: daysAgo(31) } }],
  SETTINGS_DIFFER: ['warning', changedNode(clean, 6, { config: { 'cluster-node-timeout': '6000' } })],
};

const CASES = Object.entries(MADE).map(([code, [severity, facts]]) => ({
  code: code as CheckupCode,
  severity,
  facts,
}));
const codesIn = (findings: readonly CheckupFinding[]) => [...new Set(findings.map(({ code }) => code))];

/** What cannot come alone: the same fact is wrong in two ways. */
const ALONG: Readonly<Partial<Record<CheckupCode, readonly CheckupCode[]>>> = {
  NODE_DOWN: ['MASTER_WITHOUT_REPLICA'],
  NODE_SILENT: ['MASTER_WITHOUT_REPLICA'],
  REPLICA_UNLINKED: ['MASTER_WITHOUT_REPLICA'],
  TOO_FEW_MASTERS: ['MAJORITY_ON_ONE_HOST'],
};

describe('a cluster with which nothing is wrong', () => {
  test('passes every check', () => {
    const { findings, checks, verdict } = checkup(clean);
    expect({ findings, verdict }).toEqual({ findings: [], verdict: 'ok' });
    expect(checks.filter(({ result }) => result !== 'ok')).toEqual([]);
  });

  test('is no cause for alarm in a laboratory either: notes, and no more', () => {
    const facts = changedNodes(labFacts(), {
      config: {
        'cluster-node-timeout': '400',
        'cluster-require-full-coverage': 'yes',
        maxmemory: '0',
        'protected-mode': 'no',
        requirepass: '',
        masterauth: '',
      },
    });
    const { findings, verdict } = checkup({ ...facts, guarded: false });
    expect(verdict).toBe('ok');
    expect(codesIn(findings).sort()).toEqual([
      'FULL_COVERAGE_REQUIRED',
      'MAXMEMORY_UNSET',
      'NODE_TIMEOUT_SHORT',
      'NO_PASSWORD',
      'ONE_HOST',
    ]);
  });
});

describe('what is wrong is found, and nothing else:', () => {
  test.each(CASES)('$code', ({ code, severity, facts }) => {
    const { findings, verdict } = checkup(facts);
    const found = findings.find((finding) => finding.code === code);
    expect(found?.severity).toBe(severity);
    expect(verdict).toBe(severity === 'note' ? 'ok' : findings[0]?.severity);
    const along = ALONG[code] ?? [];
    expect(codesIn(findings).filter((other) => other !== code && !along.includes(other))).toEqual([]);
    // Each says what, why and how, in sentences that a number or a name cannot have dropped out of.
    expect(found?.message).not.toMatch(/undefined|NaN|Infinity/);
    expect([found?.why, found?.mend].filter((text) => (text ?? '') === '')).toEqual([]);
  });

  const fixable = CASES.filter(({ facts }) => checkup(facts).findings.some(({ fixes }) => fixes.length > 0));

  test.each(fixable)('$code is gone after its CONFIG SET', ({ code, facts }) => {
    const { findings } = checkup(facts);
    const mended = afterFixes(
      facts,
      findings.flatMap(({ fixes }) => fixes),
    );
    expect(codesIn(checkup(mended).findings)).not.toContain(code);
  });

  test('those that a CONFIG SET mends are known', () => {
    expect(fixable.map(({ code }) => code)).toEqual([
      'PERSISTENCE_OFF',
      'NODE_TIMEOUT_SHORT',
      'NODE_TIMEOUT_LONG',
      'OUTPUT_BUFFER',
      'FAILOVER_FORBIDDEN',
      'BACKLOG_SMALL',
      'SETTINGS_DIFFER',
    ]);
  });

  // A backlog takes its memory from the keys, and a moment of heavy load asks for a very large one.
  test.each([
    { maxmemory: '100000000', writes: 100_000, fixes: 0 },
    { maxmemory: '1000000000', writes: 100_000, fixes: 1 },
    { maxmemory: '0', writes: 100_000, fixes: 1 },
    { maxmemory: '0', writes: 10_000_000, fixes: 0 },
  ])(
    'a backlog is not mended at the cost of the keys: $writes B/s, maxmemory $maxmemory',
    ({ maxmemory, writes, fixes }) => {
      const written = changedNode(clean, 1, {
        config: { maxmemory },
        said: { writtenBytesPerSecond: writes },
      });
      const found = checkup(written).findings.find(({ code }) => code === 'BACKLOG_SMALL');
      expect(found?.fixes).toHaveLength(fixes);
    },
  );

  // A timeout that fits none of the nodes' distances must not be spread to the rest.
  test.each([
    { most: '5000', fixes: 1 },
    { most: '1', fixes: 0 },
  ])('settings are made equal only to a value that is sound: $most ms', ({ most, fixes }) => {
    const all = changedNodes(clean, { config: { 'cluster-node-timeout': most } });
    const differing = changedNode(all, 6, { config: { 'cluster-node-timeout': '6000' } });
    const found = checkup(differing).findings.find(({ code }) => code === 'SETTINGS_DIFFER');
    expect(found?.fixes).toHaveLength(fixes);
  });
});

describe('severities in a laboratory', () => {
  const severityOf = (code: CheckupCode, facts: CheckupFacts) =>
    checkup(facts).findings.find((finding) => finding.code === code)?.severity;

  test('no replicas and no persistence are fine where they were asked for', () => {
    const bare = { replicasWanted: 0, persistence: 'none', bind: '127.0.0.1' } as const;
    const inMemory = changedNodes(clean, { config: { appendonly: 'no', save: '' } });
    expect(severityOf('PERSISTENCE_OFF', { ...inMemory, lab: bare })).toBe('note');
    expect(severityOf('MASTER_WITHOUT_REPLICA', { ...cleanFacts(healthyEntries(3, 0)), lab: bare })).toBe(
      'warning',
    );
  });

  test('no password is an error where ports are published to others', () => {
    const open = changedNodes({ ...clean, guarded: false }, { config: { requirepass: '' } });
    const lab = { replicasWanted: 1, persistence: 'aof', bind: '0.0.0.0' } as const;
    expect(severityOf('NO_PASSWORD', { ...open, lab })).toBe('error');
  });

  test('a timeout that the measured latency makes too short is a warning there as well', () => {
    const slow = { ...labFacts(), latencies: [{ from: 'node-1', to: 'node-2', ms: 40 }] };
    const facts = changedNodes(slow, { config: { 'cluster-node-timeout': '400' } });
    expect(severityOf('NODE_TIMEOUT_SHORT', facts)).toBe('warning');
  });
});

describe('what nobody could see is said, and is no finding', () => {
  test('latency, drills and the kernel of a cluster that somebody else made', () => {
    const facts: CheckupFacts = {
      ...clean,
      latencies: { unseen: 'nodes do not tell' },
      drill: { unseen: 'not ours' },
      nodes: clean.nodes.map((node) => ({ ...node, host: undefined })),
    };
    const { findings, checks } = checkup(facts);
    expect(findings).toEqual([]);
    expect(checks.filter(({ result }) => result === 'unseen')).toHaveLength(6);
    expect(checks.every(({ result, reason }) => (result === 'unseen') === (reason !== null))).toBe(true);
  });

  test('settings that the server does not tell', () => {
    const nodes = clean.nodes.map((node) => ({
      ...node,
      said: node.said === undefined ? undefined : { ...node.said, config: undefined },
    }));
    const { findings, checks } = checkup({ ...clean, nodes });
    expect(findings).toEqual([]);
    expect(checks.filter(({ reason }) => reason?.includes('CONFIG GET')).length).toBeGreaterThan(5);
  });

  test('a cluster of which no node answers has errors, not exceptions', () => {
    const facts = clean.nodes.reduce((all, _, index) => changedNode(all, index + 1, { isSilent: true }), {
      ...clean,
      topology: mergeTopology([]),
    });
    expect(checkup(facts)).toMatchObject({ verdict: 'error', answered: 0 });
  });
});

describe('the worst comes first', () => {
  test('errors, warnings, notes; and nodes with the same thing wrong share a finding', () => {
    const facts = [4, 5].reduce(
      (all, number) => changedNode(all, number, { config: { 'cluster-replica-no-failover': 'yes' } }),
      changedNodes({ ...clean, drill: null }, { config: { 'cluster-require-full-coverage': 'yes' } }),
    );
    const { findings } = checkup(facts);
    expect(findings.map(({ code, nodes }) => [code, nodes.length])).toEqual([
      ['FAILOVER_FORBIDDEN', 2],
      ['DRILL_MISSING', 0],
      ['FULL_COVERAGE_REQUIRED', 6],
    ]);
  });
});
