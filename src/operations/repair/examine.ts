import { all } from '../../base/concurrency.js';
import { planRepairs } from '../../cluster/repairs/plan.js';
import type { Repair } from '../../cluster/repairs/repair.js';
import { situationOf, slotsToCount } from '../../cluster/repairs/situation.js';
import type { NodeId } from '../../cluster/topology.js';
import { countKeysInSlots, info } from '../../redis/commands/index.js';
import type { ClusterRecord } from '../../runtimes/runtime.js';
import type { Connected } from '../connections.js';
import { readMembership, type Member } from '../members.js';

export interface Examination {
  readonly members: readonly Member[];
  readonly names: ReadonlyMap<NodeId, string>;
  readonly repairs: readonly Repair[];
}

/** Asks every node that answers, and plans what has to be mended. Nothing is changed. */
export async function examine(
  record: ClusterRecord,
  connected: readonly Connected[],
  full: ReadonlySet<NodeId> = new Set(),
): Promise<Examination> {
  const { members, topology, views } = await readMembership(connected);
  // A node that is stopped does not say its id, but others know who is at its port.
  const names = new Map(
    topology.nodes.flatMap(({ id, port }) => {
      const node = record.nodes.find((other) => other.port === port);
      return node === undefined ? [] : [[id, node.name] as const];
    }),
  );
  const offsets = new Map(
    await all(
      members.filter(({ role }) => role === 'replica'),
      async ({ id, connection }) => [id, (await connection.run(info())).replicationOffset] as const,
    ),
  );
  const situation = situationOf({ topology, views, offsets });
  const counted = await all(slotsToCount(situation), async ({ node, slots }) => {
    const member = members.find(({ id }) => id === node);
    if (member === undefined || slots.length === 0) return [];
    const counts = await member.connection.run(countKeysInSlots(slots));
    return [...counts].map(([slot, keys]) => ({ node, slot, keys }));
  });
  const input = { topology, views, names, keys: counted.flat(), full, offsets };
  const repairs = planRepairs(input, situation);
  return { members, names, repairs };
}
