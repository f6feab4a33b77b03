import { createHash } from 'node:crypto';
import type { Observation, ObservedNode } from '../../../src/cluster/findings.js';
import { evenRanges } from '../../../src/cluster/slots.js';
import { mergeTopology, type NodeEntry, type NodeId, type NodeView } from '../../../src/cluster/topology.js';

/** The id of node-N: 40 hex digits that differ from the first one on. */
export const idOf = (number: number): NodeId => createHash('sha1').update(`node-${number}`).digest('hex');

/** What all nodes say of node-N when all is well; masters first. */
export function healthyEntries(masters = 3, replicas = 1): NodeEntry[] {
  const ranges = evenRanges(masters);
  return Array.from({ length: masters * (1 + replicas) }, (_, index): NodeEntry => {
    const isMaster = index < masters;
    const slots = isMaster ? ranges.slice(index, index + 1) : [];
    return {
      id: idOf(index + 1),
      host: `172.30.0.${11 + index}`,
      port: 7000 + index,
      hostname: '127.0.0.1',
      flags: [isMaster ? 'master' : 'slave'],
      role: isMaster ? 'master' : 'replica',
      replicaOf: isMaster ? undefined : idOf((index % masters) + 1),
      configEpoch: (index % masters) + 1,
      linkUp: true,
      slots,
      openSlots: [],
    };
  });
}

/** The entries with those of node-N changed. */
export function changed(
  entries: readonly NodeEntry[],
  number: number,
  changes: Partial<NodeEntry>,
): NodeEntry[] {
  return entries.map((entry) => (entry.id === idOf(number) ? { ...entry, ...changes } : entry));
}

/** How node-N sees the cluster when the cluster looks like `entries`. */
export function viewOf(number: number, entries: readonly NodeEntry[]): NodeView {
  const own = entries.find((entry) => entry.id === idOf(number));
  return {
    self: idOf(number),
    entries: changed(entries, number, { flags: ['myself', ...(own?.flags ?? [])] }),
  };
}

/** All views of a cluster whose nodes agree; those of `silent` are missing. */
export function viewsOf(entries: readonly NodeEntry[], silent: readonly number[] = []): NodeView[] {
  return entries
    .map((_, index) => index + 1)
    .filter((number) => !silent.includes(number))
    .map((number) => viewOf(number, entries));
}

/** What `status` goes by: every node runs, answers and is linked. */
export function observationOf(views: readonly NodeView[], nodes = 6): Observation {
  return {
    nodes: Array.from({ length: nodes }, (_, index): ObservedNode => ({
      name: `node-${index + 1}`,
      port: 7000 + index,
      state: 'running',
      id: idOf(index + 1),
      linkUp: true,
      serving: true,
    })),
    topology: mergeTopology(views),
    replicasWanted: 1,
  };
}

/** The observation with what the runtime says of node-N changed. */
export function observed(
  observation: Observation,
  number: number,
  changes: Partial<ObservedNode>,
): Observation {
  const nodes = observation.nodes.map((node, index) =>
    index + 1 === number ? { ...node, ...changes } : node,
  );
  return { ...observation, nodes };
}
