import { describe, expect, test } from 'vitest';
import {
  clusterTable,
  findingLines,
  nodeTable,
  planTable,
  slotBar,
  statusText,
} from '../../../../src/cli/ui/tables.js';
import type { NodeReport, StatusReport } from '../../../../src/index.js';
import { clusterSpec } from '../../helpers/specs.js';
import { withoutColours } from './plain.js';

withoutColours();

function node(number: number, changes: Partial<NodeReport> = {}): NodeReport {
  const port = 6999 + number;
  return {
    name: `node-${number}`,
    port,
    endpoint: `127.0.0.1:${port}`,
    id: String(number).repeat(40),
    role: 'master',
    replicaOf: undefined,
    slots: [],
    slotCount: 0,
    state: 'running',
    keys: 12,
    memoryBytes: 1_887_437,
    linkUp: true,
    ...changes,
  };
}

const NODES = [
  node(1, { slots: [[0, 5460]], slotCount: 5461 }), // prettier-ignore
  node(2, { slots: [[5461, 10_922]], slotCount: 5462 }), // prettier-ignore
  node(3, { slots: [[10_923, 16_383]], slotCount: 5461 }), // prettier-ignore
  node(4, { role: 'replica', replicaOf: 'node-1' }),
];

const STATUS: StatusReport = {
  cluster: 'big',
  runtime: 'docker',
  runtimeReason: 'an engine answers (default socket)',
  image: 'redis:7-alpine',
  state: 'ok',
  slotsCovered: 16_384,
  nodes: NODES,
  findings: [],
};

const THREE_MASTERS = `0 ${'A'.repeat(21)}${'B'.repeat(22)}${'C'.repeat(21)} 16383`;

describe('slotBar', () => {
  test('shows the owners from left to right', () => expect(slotBar(NODES.slice(0, 3))).toBe(THREE_MASTERS));

  test('shows dots where nobody owns anything', () => expect(slotBar([])).toBe(`0 ${'.'.repeat(64)} 16383`));

  test('shows a gap', () => {
    const owners = [{ slots: [[0, 255]] as const }, { slots: [[512, 16_383]] as const }];
    expect(slotBar(owners)).toBe(`0 A.${'B'.repeat(62)} 16383`);
  });

  test('shows in a cell who owns most of it', () => {
    const owners = [{ slots: [[0, 100]] as const }, { slots: [[101, 16_383]] as const }];
    expect(slotBar(owners)).toBe(`0 ${'B'.repeat(64)} 16383`);
  });

  test('adds up scattered slots of an owner', () => {
    const evens = Array.from({ length: 128 }, (_, index) => [2 * index, 2 * index] as const);
    const owners = [{ slots: evens }, { slots: [[1, 1]] as const }];
    expect(slotBar(owners).slice(0, 4)).toBe('0 A.');
  });
});

describe('statusText', () => {
  test('shows state, nodes and slots', () => {
    expect(statusText(STATUS)).toBe(
      [
        'big  ok  16384 slots of 16384 covered',
        'redis:7-alpine on docker: an engine answers (default socket)',
        '',
        '   NODE    ENDPOINT        ROLE               SLOTS        KEYS  MEMORY  LINK',
        'A  node-1  127.0.0.1:7000  master             0-5460       12    1.8 MB  up',
        'B  node-2  127.0.0.1:7001  master             5461-10922   12    1.8 MB  up',
        'C  node-3  127.0.0.1:7002  master             10923-16383  12    1.8 MB  up',
        '   node-4  127.0.0.1:7003  replica of node-1  -            12    1.8 MB  up',
        '',
        THREE_MASTERS,
      ].join('\n'),
    );
  });

  test('ends with what is wrong', () => {
    const findings = [
      {
        code: 'NODE_DOWN',
        severity: 'error',
        node: 'node-2',
        message: 'node-2 (7001) is exited',
        hint: 'rcluster start 7001',
      },
      { code: 'TOO_FEW_MASTERS', severity: 'warning', node: undefined, message: 'only two', hint: undefined },
    ] as const;
    expect(
      statusText({ ...STATUS, findings })
        .split('\n')
        .slice(-4),
    ).toEqual(['', 'error: node-2 (7001) is exited', '  rcluster start 7001', 'warning: only two']);
  });
});

describe('nodeTable', () => {
  const rowOf = (changes: Partial<NodeReport>) =>
    nodeTable([node(1, changes)])
      .split('\n')[1]
      ?.trim()
      .split(/ {2,}/);

  test('counts slots in several ranges', () => {
    expect(rowOf({ slots: [[0, 99], [200, 299]], slotCount: 200 })?.[3]).toBe('200 in 2 ranges'); // prettier-ignore
  });

  test('says why a node that does not run has no link', () => {
    const down = {
      state: 'exited',
      role: undefined,
      keys: undefined,
      memoryBytes: undefined,
      linkUp: false,
    } as const;
    expect(rowOf(down)).toEqual(['node-1', '127.0.0.1:7000', '-', '-', '-', '-', 'exited']);
  });

  test('says that a link is down', () => expect(rowOf({ linkUp: false })?.at(-1)).toBe('down'));

  test('asks who the master of a replica is when nobody knows', () => {
    expect(rowOf({ role: 'replica' })?.[2]).toBe('replica of ?');
  });

  test('shows no keys as 0, not as unknown', () =>
    expect(rowOf({ keys: 0, memoryBytes: 0 })?.slice(4, 6)).toEqual(['0', '0 B']));

  test('does without memory where it would not fit', () => {
    const width = Math.max(
      ...nodeTable(NODES)
        .split('\n')
        .map(({ length }) => length),
    );
    expect(nodeTable(NODES, new Map(), width)).toBe(nodeTable(NODES));
    const narrow = nodeTable(NODES, new Map(), width - 1);
    expect(narrow).not.toContain('MEMORY');
    expect(narrow).toContain('LINK');
  });

  test('has no blanks at the ends of its lines', () => expect(nodeTable(NODES)).not.toMatch(/ $/m));
});

test('no findings are no lines', () => expect(findingLines([])).toEqual([]));

test('clusterTable lists the clusters, and marks the one that commands mean', () => {
  const cluster = {
    cluster: 'big',
    runtime: 'docker' as const,
    nodes: 6,
    running: 5,
    endpoint: '127.0.0.1:7000',
    image: 'redis:7-alpine',
  };
  expect(clusterTable([cluster, { ...cluster, cluster: 'lab' }], 'lab').split('\n')).toEqual([
    'CLUSTER  RUNTIME  NODES  RUNNING  ENDPOINT        IMAGE           DEFAULT',
    'big      docker   6      5        127.0.0.1:7000  redis:7-alpine',
    'lab      docker   6      5        127.0.0.1:7000  redis:7-alpine  *',
  ]);
});

test('planTable shows what would be booted', () => {
  const plan = {
    spec: clusterSpec({ announce: 'redis.example' }),
    runtime: 'docker' as const,
    runtimeReason: '',
    nodes: [
      {
        name: 'node-1',
        port: 7000,
        role: 'master' as const,
        replicaOf: undefined,
        slots: [[0, 16_383]] as const,
      },
      { name: 'node-2', port: 7001, role: 'replica' as const, replicaOf: 'node-1', slots: [] },
    ],
  };
  expect(planTable(plan).split('\n')).toEqual([
    'NODE    ENDPOINT            ROLE               SLOTS',
    'node-1  redis.example:7000  master             0-16383',
    'node-2  redis.example:7001  replica of node-1  -',
  ]);
});
