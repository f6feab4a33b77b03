import { RclusterError } from '../../base/errors.js';
import { findNode } from '../../cluster/node-reference.js';
import type { NodeName } from '../../config/types.js';
import type { NodeReport, StatusReport } from '../../operations/observe.js';
import type { Random } from './random.js';

type Nodes = StatusReport['nodes'];

/**
 * The nodes that a target's text means:
 *
 * - a node in any of its names: `7001`, `node-2`, `key:user:1`, `slot:5474`
 * - `random-master`, `random-replica`, and `busiest-master`, which has the most keys
 * - `master-of X` (X itself, or its master), `replica-of X` (any one of them), `shard-of X` (a master and its replicas)
 * - `all masters`, `all replicas`, `all nodes`; a part of them: `50% of masters`, at least one
 *
 * Those without a name of their own are chosen among the nodes that run. Pure.
 *
 * @throws NODE_UNKNOWN, NODE_AMBIGUOUS, and CONFIG_INVALID when there is nobody of that sort
 */
export function pickTargets(
  text: string,
  { nodes }: Pick<StatusReport, 'nodes'>,
  random: Random,
): NodeName[] {
  const chosen = chosenBy(text.trim().replace(/\s+/g, ' '), nodes, random);
  if (chosen.length > 0) return chosen.map(({ name }) => name);
  throw new RclusterError('CONFIG_INVALID', `"${text}" is nobody: no such node runs`, {
    details: nodes.map(({ port, name, role, state }) => `${port}  ${name}  ${role ?? '-'}  ${state}`),
  });
}

function chosenBy(text: string, nodes: Nodes, random: Random): Nodes {
  const [, some, reference = ''] = /^(master|replica|shard)-of (.+)$/.exec(text) ?? [];
  if (some !== undefined) return relativesOf(some, findNode(nodes, reference), nodes, random);
  const [, every] = /^all[ -](masters|replicas|nodes)$/.exec(text) ?? [];
  if (every !== undefined) return allOf(every, nodes);
  const [, percent, of = ''] = /^(\d+(?:\.\d+)?) ?% of (masters|replicas|nodes)$/.exec(text) ?? [];
  if (percent !== undefined) return shareOf(Number(percent), allOf(of, nodes), random);
  switch (text) {
    case 'random-master':
      return sample(allOf('masters', nodes), 1, random);
    case 'random-replica':
      return sample(allOf('replicas', nodes), 1, random);
    case 'busiest-master':
      return [...allOf('masters', nodes)].sort((a, b) => (b.keys ?? 0) - (a.keys ?? 0)).slice(0, 1);
    default:
      return [findNode(nodes, text)];
  }
}

function allOf(which: string, nodes: Nodes): Nodes {
  const running = nodes.filter(({ state, role }) => state === 'running' && role !== undefined);
  if (which === 'nodes') return running;
  // A master without slots is nobody's master: nothing happens when it fails.
  if (which === 'masters') return running.filter(({ role, slotCount }) => role === 'master' && slotCount > 0);
  return running.filter(({ role }) => role === 'replica');
}

function relativesOf(which: string, node: NodeReport, nodes: Nodes, random: Random): Nodes {
  const master = node.role === 'replica' ? nodes.find(({ name }) => name === node.replicaOf) : node;
  const replicas = nodes.filter(({ replicaOf }) => replicaOf !== undefined && replicaOf === master?.name);
  const running = replicas.filter(({ state }) => state === 'running');
  if (which === 'replica') return sample(running, 1, random);
  if (master === undefined) return [];
  return which === 'master' ? [master] : [master, ...replicas];
}

function shareOf(percent: number, nodes: Nodes, random: Random): Nodes {
  if (percent <= 0 || percent > 100) {
    throw new RclusterError('CONFIG_INVALID', `${percent}% is no share: more than 0% and at most 100%`);
  }
  return sample(nodes, Math.max(1, Math.round((nodes.length * percent) / 100)), random);
}

/** So many of the nodes, in their own order. */
function sample(nodes: Nodes, count: number, random: Random): Nodes {
  const left = [...nodes];
  const drawn = new Set<NodeReport>();
  while (drawn.size < count && left.length > 0) {
    for (const node of left.splice(random(left.length), 1)) drawn.add(node);
  }
  return nodes.filter((node) => drawn.has(node));
}
