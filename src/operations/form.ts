import { all } from '../base/concurrency.js';
import { waitUntilNothingIsMissing, type Deadline } from '../base/deadline.js';
import { planFormation, withCaretakers, type FormationPlan } from '../cluster/formation.js';
import { SLOT_COUNT, toRanges, toSlots, type SlotRange } from '../cluster/slots.js';
import { ownersIn, type NodeView } from '../cluster/topology.js';
import {
  clusterAddSlotsRange,
  clusterFailover,
  clusterInfo,
  clusterMeet,
  clusterNodes,
  clusterSetConfigEpoch,
} from '../redis/commands/index.js';
import type { ClusterSpec } from '../config/types.js';
import type { NodeConnection } from '../redis/connection.js';
import { makeHaste } from './haste.js';
import { replicate } from './replicate.js';

/** A node on its way up; its connection opens when it answers. */
export interface BootingNode {
  readonly name: string;
  readonly port: number;
  readonly connection: Promise<NodeConnection>;
  readonly peerHost: Promise<string>;
}

/** A master that has just started refuses writes for so long (CLUSTER_WRITABLE_DELAY in redis/cluster.c). */
const WRITABLE_DELAY_MS = 2_000;
/** What forming by way of caretakers costs more than waiting. */
const TAKEOVER_MS = 500;

interface Member {
  readonly name: string;
  readonly port: number;
  readonly host: string;
  readonly connection: NodeConnection;
  readonly view: NodeView;
  /** When it first answered, on the monotonic clock. */
  readonly answeredAt: number;
}

/**
 * Makes one cluster of nodes that are still starting. Running it again on a half-formed cluster does what is missing.
 *
 * A master refuses writes for the first two seconds of its life, a replica does not, and keeps serving when it becomes a
 * master. So where the masters are younger than that, their first replicas get the slots, and the masters take over.
 *
 * @param nodes the masters first, then the replicas; once they are ready they are due `endHaste`
 * @throws TIMEOUT, REDIS_ERROR
 */
export async function formCluster(
  nodes: readonly BootingNode[],
  spec: Pick<ClusterSpec, 'masters' | 'replicas' | 'nodeTimeout'>,
  deadline: Deadline,
): Promise<void> {
  const { masters, replicas } = spec;
  const plan = planFormation(masters, replicas);
  const members = await all(nodes, arrival);
  await makeHaste(
    members.map(({ connection }) => connection),
    spec,
  );
  const youngest = Math.max(...members.slice(0, masters).map(({ answeredAt }) => answeredAt));
  const remainingMs = youngest + WRITABLE_DELAY_MS - performance.now();
  const isNew = members.every(({ view }) => view.entries.length === 1 && isUnused(view));
  if (isNew && nodes.length > masters && remainingMs > TAKEOVER_MS) {
    await form(members, withCaretakers(plan), deadline);
    let epoch = 0;
    for (const member of members.slice(0, masters)) epoch = await takeOver(member, epoch, deadline);
  } else {
    await form(members, plan, deadline);
  }
}

async function arrival({ name, port, connection, peerHost }: BootingNode): Promise<Member> {
  const opened = await connection;
  const answeredAt = performance.now();
  const view = await opened.run(clusterNodes());
  return { name, port, host: await peerHost, connection: opened, view, answeredAt };
}

/**
 * Every pair of nodes is introduced, since waiting for gossip to spread a chain of MEETs takes seconds; and all at once,
 * since each introduction makes both nodes save their configuration, and those that come together share one save.
 */
async function form(members: readonly Member[], plan: FormationPlan, deadline: Deadline): Promise<void> {
  // Before the introductions: a node that has met another refuses to have its epoch set. Each has one of its own, also
  // those that become replicas: masters with the same one raise theirs (redis/cluster.c
  // clusterHandleConfigEpochCollision), and a caretaker that does takes its slots back.
  await all(members, async ({ connection, view }, index) => {
    const self = view.entries.find(({ id }) => id === view.self);
    if (view.entries.length === 1 && self?.configEpoch === 0)
      await connection.run(clusterSetConfigEpoch(index + 1));
  });
  await all(plan.masters, async ({ node, slots }) => {
    const member = members[node];
    if (member !== undefined) await assignSlots(member, slots);
  });
  await all(members, ({ connection }, index) =>
    connection.runAll(members.slice(0, index).map(({ host, port }) => clusterMeet(host, port))),
  );
  await all(plan.replicas, async ({ node, master }) => {
    const [member, itsMaster] = [members[node], members[master]];
    if (member === undefined || itsMaster === undefined || !isUnused(member.view)) return;
    await replicate(member.connection, itsMaster.view.self, member.name, deadline);
  });
}

async function assignSlots({ connection, view }: Member, range: SlotRange): Promise<void> {
  const self = view.entries.find((entry) => entry.id === view.self);
  if (self?.role === 'replica') return;
  const owners = ownersIn(view);
  const free = toRanges(toSlots([range]).filter((slot) => owners[slot] === undefined));
  if (free.length > 0) await connection.run(clusterAddSlotsRange(free));
}

/** A master without slots: what each node is at first. */
function isUnused(view: NodeView): boolean {
  const self = view.entries.find((entry) => entry.id === view.self);
  return self?.role === 'master' && self.slots.length === 0;
}

/**
 * In turn: each takes the epoch after the highest that it knows, which must be the last one's.
 *
 * @returns its epoch
 */
async function takeOver(
  { name, connection }: Member,
  epochBefore: number,
  deadline: Deadline,
): Promise<number> {
  await waitUntilNothingIsMissing(
    async () => {
      // It claims the slots that it knows to be its master's, and goes on serving only if it serves by then.
      const { ok, slotsAssigned, currentEpoch } = await connection.run(clusterInfo());
      if (!ok || slotsAssigned < SLOT_COUNT) return [`${name}: knows owners for ${slotsAssigned} slots`];
      return currentEpoch < epochBefore ? [`${name}: has not heard of the master before`] : [];
    },
    { deadline, what: `${name} to take over its slots`, everyMs: 10 },
  );
  await connection.run(clusterFailover('takeover'));
  return (await connection.run(clusterInfo())).currentEpoch;
}
