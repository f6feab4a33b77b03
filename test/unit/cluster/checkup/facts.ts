import type { CheckupFacts, HostFacts, NodeAnswers } from '../../../../src/cluster/checkup/facts.js';
import type { Fix } from '../../../../src/cluster/checkup/finding.js';
import { mergeTopology, type NodeEntry } from '../../../../src/cluster/topology.js';
import { healthyEntries, idOf, viewOf, viewsOf } from '../pictures.js';

/** Facts for the checkup: of a cluster with which nothing is wrong, and of what tests do to it. */

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 0, 31);

const CONFIG = {
  appendonly: 'yes',
  save: '3600 1 300 100 60 10000',
  'cluster-node-timeout': '5000',
  'cluster-require-full-coverage': 'no',
  'cluster-allow-reads-when-down': 'no',
  'cluster-replica-validity-factor': '10',
  'cluster-replica-no-failover': 'no',
  maxmemory: '1000000000',
  'maxmemory-policy': 'noeviction',
  'client-output-buffer-limit': 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60',
  'repl-backlog-size': '1048576',
  'tcp-backlog': '511',
  maxclients: '10000',
  'disable-thp': 'yes',
  requirepass: '(set)',
  masterauth: '(set)',
  'protected-mode': 'yes',
  bind: '* -::*',
};

const INFO = {
  redis_version: '8.0.3',
  used_memory: '500000000',
  mem_not_counted_for_evict: '0',
  rdb_last_bgsave_status: 'ok',
  aof_last_bgrewrite_status: 'ok',
  aof_last_write_status: 'ok',
};

const HOST: HostFacts = { overcommit: 1, hugePages: 'never', somaxconn: 4096, fileLimit: 65_536 };

/** A cluster somewhere else, with a password, on as many hosts as it has nodes. */
export function cleanFacts(entries: readonly NodeEntry[] = healthyEntries()): CheckupFacts {
  return {
    cluster: 'big',
    lab: undefined,
    nodes: entries.map((entry, index) => ({
      name: `node-${index + 1}`,
      port: entry.port,
      id: entry.id,
      state: 'running',
      host: HOST,
      said: {
        info: new Map(Object.entries(INFO)),
        config: new Map(Object.entries(CONFIG)),
        view: viewOf(index + 1, entries),
        serving: true,
        writtenBytesPerSecond: 100,
        fullSlots: [],
      },
    })),
    topology: mergeTopology(viewsOf(entries)),
    guarded: true,
    latencies: [{ from: 'node-1', to: 'node-2', ms: 0.2 }],
    drill: { name: 'kill-master', at: NOW - DAY_MS },
    now: NOW,
  };
}

export const daysAgo = (days: number) => NOW - days * DAY_MS;

export interface NodeChanges {
  readonly state?: string;
  readonly info?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string>>;
  readonly host?: Partial<HostFacts>;
  readonly said?: Partial<NodeAnswers>;
  readonly isSilent?: boolean;
}

/** The facts with those of node-N changed. */
export function changedNode(facts: CheckupFacts, number: number, changes: NodeChanges): CheckupFacts {
  const nodes = facts.nodes.map((node) => {
    if (node.id !== idOf(number) || node.said === undefined) return node;
    const { state = node.state, info, config, host, said, isSilent = false } = changes;
    return {
      ...node,
      state,
      host: { ...HOST, ...host },
      said: isSilent
        ? undefined
        : {
            ...node.said,
            info: new Map([...node.said.info, ...Object.entries(info ?? {})]),
            config: new Map([...(node.said.config ?? []), ...Object.entries(config ?? {})]),
            ...said,
          },
    };
  });
  return { ...facts, nodes };
}

export function changedNodes(facts: CheckupFacts, changes: NodeChanges): CheckupFacts {
  return facts.nodes.reduce((all, _, index) => changedNode(all, index + 1, changes), facts);
}

/** What the facts are after the fixes: CONFIG SET merges the classes of client-output-buffer-limit. */
export function afterFixes(facts: CheckupFacts, fixes: readonly Fix[]): CheckupFacts {
  return fixes.reduce((all, { node, parameter, value }) => {
    const number = Number(node.slice('node-'.length));
    const [scope = ''] = value.split(' ');
    const before = all.nodes[number - 1]?.said?.config?.get(parameter) ?? '';
    const merged =
      parameter === 'client-output-buffer-limit'
        ? before.replace(
            new RegExp(`\\b(${scope}${scope === 'replica' ? '|slave' : ''}) \\d+ \\d+ \\d+`),
            value,
          )
        : value;
    return changedNode(all, number, { config: { [parameter]: merged } });
  }, facts);
}

/** The same cluster in a laboratory, as rcluster makes it. */
export function labFacts(facts: CheckupFacts = cleanFacts()): CheckupFacts {
  return { ...facts, lab: { replicasWanted: 1, persistence: 'aof', bind: '127.0.0.1' } };
}
