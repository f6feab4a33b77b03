import { all } from '../base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../base/deadline.js';
import { RclusterError } from '../base/errors.js';
import { plural } from '../base/format.js';
import { nodeSpec, type NodeSpec } from '../config/types.js';
import { clusterMeet, clusterNodes, info } from '../redis/commands/index.js';
import type { FoundCluster } from '../runtimes/detect.js';
import type { Connected } from './connections.js';
import type { Member } from './members.js';
import { bootNodes, whileNodesLive } from './nodes.js';
import { replicate } from './replicate.js';
import type { OperationOptions } from './up.js';

/** How long new nodes may take to boot, and again to be known to all. */
export const JOIN_MS = 60_000;

/** Nodes on the next free numbers and ports. */
export function nextNodes({ record }: Pick<FoundCluster, 'record'>, count: number): NodeSpec[] {
  const planned = record.spec.masters * (1 + record.spec.replicas);
  const highest = Math.max(planned, ...record.nodes.map(({ number }) => number));
  return Array.from({ length: count }, (_, index) => nodeSpec(record.spec, highest + 1 + index));
}

/** Boots further nodes, which belong to no cluster yet. Nodes that run already are left alone. */
export async function bootNewcomers(
  { runtime, record }: FoundCluster,
  newcomers: readonly NodeSpec[],
  { emit, signal }: Required<OperationOptions>,
): Promise<void> {
  const { spec } = record;
  await runtime.checkRoom(spec, newcomers);
  emit({ type: 'step', text: `booting ${plural(newcomers.length, 'node')}` });
  const server = await runtime.prepare({ ...spec, image: record.server }, { emit, signal });
  const started = new Set<string>();
  await whileNodesLive(runtime, spec.name, started, signal, async (watched) => {
    const booting = bootNodes(runtime, spec, server, newcomers, {
      deadline: Deadline.after(JOIN_MS, watched),
      onStarted: ({ name }) => started.add(name),
    });
    const connections = await all(booting, (node) => node.connection);
    for (const connection of connections) connection.close();
  });
}

/** A node that can be introduced to others. */
export type Acquaintance = Pick<Member, 'name' | 'connection' | 'peer'>;

/**
 * Returns when the newcomers and all the others know each other: a slot that moves to a node unknown to some would be
 * lost to them.
 *
 * @throws TIMEOUT
 */
export async function introduce(
  newcomers: readonly Acquaintance[],
  others: readonly Acquaintance[],
  deadline: Deadline,
): Promise<void> {
  const everybody = [...newcomers, ...others];
  await meet(
    newcomers.flatMap((viewer) =>
      everybody.filter((subject) => subject !== viewer).map((subject) => ({ viewer, subject })),
    ),
  );
  let metAt = performance.now();
  await waitUntilNothingIsMissing(
    async () => {
      const strangers = [
        ...(await strangersAmong(newcomers, everybody)),
        ...(await strangersAmong(others, newcomers)),
      ];
      if (performance.now() - metAt > HANDSHAKE_MS) {
        await meet(strangers);
        metAt = performance.now();
      }
      return strangers.map(({ viewer, subject }) => `${viewer.name}: does not know ${subject.name}`);
    },
    { deadline, what: 'the nodes to know each other', everyMs: 50 },
  );
}

/** A server gives a handshake up after a second, or after its node timeout if that is longer (redis/cluster.c clusterCron). */
const HANDSHAKE_MS = 1_500;

interface Strangers {
  readonly viewer: Acquaintance;
  /** Whom it does not know. */
  readonly subject: Acquaintance;
}

async function meet(strangers: readonly Strangers[]): Promise<void> {
  const byViewer = new Map<Acquaintance, Acquaintance[]>();
  for (const { viewer, subject } of strangers)
    byViewer.set(viewer, [...(byViewer.get(viewer) ?? []), subject]);
  await all([...byViewer], ([{ connection }, subjects]) =>
    connection.runAll(subjects.map(({ peer }) => clusterMeet(peer.host, peer.port))),
  );
}

/** Introduces the newcomers among the nodes of a cluster to all the rest of it. */
export async function introduceNewcomers(
  connected: readonly Connected[],
  newcomers: readonly NodeSpec[],
  deadline: Deadline,
): Promise<void> {
  const names = new Set(newcomers.map(({ name }) => name));
  const everybody = connected.map(({ node, connection }): Acquaintance => {
    const { name, port, peerHost } = node;
    return { name, connection, peer: { host: peerHost, port } };
  });
  await introduce(
    everybody.filter(({ name }) => names.has(name)),
    everybody.filter(({ name }) => !names.has(name)),
    deadline,
  );
}

/** Makes replicas of nodes, and returns when each is in sync with its master. */
export async function attachReplicas(
  connected: readonly Connected[],
  pairs: readonly { readonly replica: string; readonly master: string }[],
  deadline: Deadline,
): Promise<void> {
  const nodeNamed = (name: string) => {
    const found = connected.find(({ node }) => node.name === name);
    if (found === undefined) throw new RclusterError('NODE_FAILED', `${name} does not answer`);
    return found;
  };
  await all(pairs, async ({ replica, master }) => {
    const [follower, leader] = [nodeNamed(replica), nodeNamed(master)];
    const { self } = await leader.connection.run(clusterNodes());
    await replicate(follower.connection, self, replica, deadline);
  });
  await waitUntilNothingIsMissing(
    async () => {
      const missing = await all(pairs, async ({ replica }) => {
        const { role, masterLinkUp } = await nodeNamed(replica).connection.run(info());
        return role === 'replica' && masterLinkUp ? [] : [`${replica}: is not in sync with its master yet`];
      });
      return missing.flat();
    },
    { deadline, what: 'the replicas to be in sync', everyMs: 50 },
  );
}

/** Who of `viewers` does not know whom of `subjects`. */
async function strangersAmong(
  viewers: readonly Acquaintance[],
  subjects: readonly Acquaintance[],
): Promise<Strangers[]> {
  const view = ({ connection }: Acquaintance) => connection.run(clusterNodes());
  const selves = await all(subjects, async (subject) => ({ subject, id: (await view(subject)).self }));
  const strangers = await all(viewers, async (viewer) => {
    const { entries } = await view(viewer);
    const known = new Set(entries.filter(({ flags }) => !flags.includes('handshake')).map(({ id }) => id));
    return selves.filter(({ id }) => !known.has(id)).map(({ subject }) => ({ viewer, subject }));
  });
  return strangers.flat();
}
