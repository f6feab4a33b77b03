import { randomBytes } from 'node:crypto';
import { Deadline, sleep } from '../base/deadline.js';
import { RclusterError, isRclusterError } from '../base/errors.js';
import { silent, type Emit } from '../base/events.js';
import { withTimeLimit } from '../base/race.js';
import { findNode } from '../cluster/node-reference.js';
import { toSlots } from '../cluster/slots.js';
import { clientEndpointOf, withConnections, type Connected } from '../operations/connections.js';
import { rememberDrill } from '../operations/drill-memory.js';
import { findNodeOf } from '../operations/node-lifecycle.js';
import { observe, type NodeReport, type StatusReport } from '../operations/observe.js';
import { withClusterLock } from '../operations/state-folder.js';
import type { OperationOptions } from '../operations/up.js';
import { clusterNodes } from '../redis/commands/index.js';
import { again, type FoundCluster } from '../runtimes/detect.js';
import { kill as killFault } from './faults/kill.js';
import { noteStruck, recordFault } from './faults/ledger.js';
import { readClocks, readLogEvents } from './node-clocks.js';
import { WriteProbe, type WriteCounts } from './probe.js';
import { phasesOf, toTimeline, type Phases, type TimelineEvent } from './timeline.js';

/** Node timeouts until the promotion must have come, on top of {@link BASE_WAIT_MS}. */
const TIMEOUTS_TO_WAIT = 10;
const BASE_WAIT_MS = 20_000;
const LOOK_EVERY_MS = 10;
/** Enough witnesses for the first suspicion; asking 60 nodes a hundred times a second would disturb them. */
const WITNESSES = 5;
const LOG_TAIL = 500;

export type KillTarget =
  { readonly node: string } | { readonly master: string } | { readonly replica: string };

export interface KillOptions extends OperationOptions {
  readonly target: KillTarget;
  /** Watch until the cluster has recovered; default true. */
  readonly wait?: boolean;
}

export interface KillResult extends Partial<Phases> {
  readonly cluster: string;
  readonly victim: string;
  readonly role: 'master' | 'replica';
  /** The replica that took over. */
  readonly promoted: string | undefined;
  readonly writes: WriteCounts | undefined;
  readonly timeline: readonly TimelineEvent[];
}

/**
 * Kills a node with SIGKILL while writing to its slots, and measures how long they refuse writes and what was lost.
 *
 * @throws NOT_A_MASTER, NOT_A_REPLICA with the ones there are; NODE_NOT_RUNNING; UNHEALTHY when no replica could take
 *   over and `wait` was asked for; TIMEOUT when none did
 */
export async function kill(cluster: string, options: KillOptions): Promise<KillResult> {
  const { emit = silent, signal, wait = true } = options;
  return withClusterLock(cluster, { emit, signal }, async () => {
    const { found, status, node } = await findVictim(cluster, options.target);
    if (!wait) {
      emit({ type: 'step', text: `killing ${node.name}` });
      await recordFault(cluster, killFault([node.name]));
      await found.runtime
        .killNode(cluster, node.name)
        .finally(async () => noteStruck(cluster, killFault([node.name])));
      const role = node.role ?? 'master';
      return { cluster, victim: node.name, role, promoted: undefined, writes: undefined, timeline: [] };
    }
    if (node.role === 'master' && node.slotCount > 0) requireSuccessor(status, node);
    return withConnections(found.record, (connected) =>
      watchKill(found, status, node, connected, { emit, signal }),
    );
  });
}

async function findVictim(cluster: string, target: KillTarget) {
  if ('node' in target) return running(await findNodeOf(cluster, target.node));
  const [role, reference] =
    'master' in target ? (['master', target.master] as const) : (['replica', target.replica] as const);
  const { found, status, node } = await findNodeOf(cluster, reference);
  if (node.role !== role) {
    const candidates = status.nodes.filter((other) => other.role === role && other.state === 'running');
    const is = node.role === undefined ? 'not part of the cluster' : `a ${node.role}`;
    throw new RclusterError(
      role === 'master' ? 'NOT_A_MASTER' : 'NOT_A_REPLICA',
      `${node.name} (${node.port}) is ${is}`,
      {
        details: [`the ${role}s are:`, ...candidates.map(({ port, name }) => `${port}  ${name}`)],
        hint: candidates[0] === undefined ? undefined : `rcluster kill --${role} ${candidates[0].port}`,
      },
    );
  }
  return running({ found, status, node: findNode(status.nodes, reference) });
}

function running<Found extends { readonly node: NodeReport }>(found: Found): Found {
  const { name, port, state } = found.node;
  if (state === 'running' || state === 'paused') return found;
  throw new RclusterError('NODE_NOT_RUNNING', `${name} (${port}) is ${state} already`, {
    hint: `rcluster start ${port}`,
  });
}

function requireSuccessor(status: StatusReport, victim: NodeReport): void {
  const isReady = status.nodes.some(
    (node) => node.replicaOf === victim.name && node.state === 'running' && node.linkUp,
  );
  if (isReady) return;
  throw new RclusterError(
    'UNHEALTHY',
    `nobody would take over: ${victim.name} (${victim.port}) has no linked replica`,
    {
      hint: '--no-wait kills it all the same',
    },
  );
}

async function watchKill(
  found: FoundCluster,
  status: StatusReport,
  victim: NodeReport,
  connected: readonly Connected[],
  { emit, signal }: { emit: Emit; signal: AbortSignal | undefined },
): Promise<KillResult> {
  const { spec } = found.record;
  const deadline = Deadline.after(BASE_WAIT_MS + TIMEOUTS_TO_WAIT * spec.nodeTimeout, signal);
  const isMaster = victim.role === 'master';
  const slotOwner = isMaster ? victim : status.nodes.find((node) => node.name === victim.replicaOf);
  const slots = toSlots(slotOwner?.slots ?? []);
  const survivors = connected.filter(({ node }) => node.name !== victim.name);
  const clocks = await readClocks(survivors);
  const probe =
    slots.length === 0
      ? undefined
      : new WriteProbe(
          found.record.nodes.map((node) => clientEndpointOf(spec, node)),
          slots,
          randomBytes(4).toString('hex'),
        );
  let isKilled = false;
  try {
    await probe?.start(deadline.atMost(5_000));
    emit({ type: 'step', text: `killing ${victim.name} (${victim.port})` });
    const victimGone =
      connected.find(({ node }) => node.name === victim.name)?.connection.closed ?? Promise.resolve();
    // `rcluster heal` brings it back.
    await recordFault(spec.name, killFault([victim.name]));
    const killedAt = victimGone.then(() => performance.now());
    await found.runtime
      .killNode(spec.name, victim.name)
      .finally(() => void noteStruck(spec.name, killFault([victim.name])));
    isKilled = true;
    // A connection whose end nobody hears of must not be waited for.
    const zero = await withTimeLimit(killedAt, deadline.remainingMs).catch(() => performance.now());
    emit({ type: 'step', text: isMaster ? 'waiting for the promotion' : 'waiting until the others notice' });
    const views = await watchViews(survivors, victim, zero, isMaster, deadline);
    const events: TimelineEvent[] = [
      { atMs: 0, node: victim.name, kind: 'killed', event: 'killed (SIGKILL)' },
      ...views,
    ];
    if (probe !== undefined && isMaster) {
      emit({ type: 'step', text: `waiting until all ${slots.length} slots take writes` });
      const firstWrite = await probe.firstSuccessAfter(zero, deadline);
      events.push({
        atMs: firstWrite - zero,
        node: 'client',
        kind: 'first-write',
        event: 'first write acknowledged',
      });
      await probe.sweep(deadline);
      events.push({
        atMs: performance.now() - zero,
        node: 'client',
        kind: 'all-slots',
        event: `a write to each of ${slots.length} slots acknowledged`,
      });
    }
    const writes = await probe?.finish();
    const zeroMoment = performance.timeOrigin + zero;
    const witnesses = survivors.map(({ node }) => node.name);
    const nameOf = new Map(status.nodes.map(({ id, name }) => [id, name]));
    const log = { clocks, since: zeroMoment, zero: zeroMoment, tail: LOG_TAIL, nameOf };
    events.push(...(await readLogEvents(found, witnesses, log)));
    const timeline = toTimeline(events).map((event) => ({ ...event, atMs: Math.round(event.atMs) }));
    const promoted = isMaster ? await successorOf(found, slots[0]) : undefined;
    if (promoted !== undefined && writes?.lost === 0) await rememberDrill(spec.name, 'kill');
    return {
      cluster: spec.name,
      victim: victim.name,
      role: isMaster ? 'master' : 'replica',
      promoted,
      ...phasesOf(timeline),
      writes,
      timeline,
    };
  } catch (error) {
    await probe?.abandon();
    if (!isKilled || !isRclusterError(error, 'TIMEOUT')) throw error;
    throw new RclusterError('TIMEOUT', `${victim.name} was killed, and ${error.message}`, {
      details: error.details,
      hint: `rcluster start ${victim.port} brings it back`,
      cause: error,
    });
  }
}

/** Watches what the survivors say of the victim until a replica owns its slots, or until it is called failed. */
async function watchViews(
  survivors: readonly Connected[],
  victim: NodeReport,
  zero: number,
  untilPromotion: boolean,
  deadline: Deadline,
): Promise<TimelineEvent[]> {
  const own = survivors.filter(({ node }) => node.name !== victim.name);
  const witnesses = own.slice(0, WITNESSES);
  const events: TimelineEvent[] = [];
  for (;;) {
    const verdicts = await Promise.all(
      witnesses.map(async ({ node, connection }) => {
        const view = await connection.run(clusterNodes()).catch(() => undefined);
        const atMs = performance.now() - zero;
        const entry = view?.entries.find(({ id }) => id === victim.id);
        if (entry === undefined) return false;
        if (entry.flags.includes('fail?'))
          events.push({ atMs, node: node.name, kind: 'suspected', event: `suspects ${victim.name} (PFAIL)` });
        const isFailed = entry.flags.includes('fail');
        return isFailed && (!untilPromotion || entry.slots.length === 0);
      }),
    );
    if (verdicts.includes(true)) break;
    if (deadline.expired)
      throw new RclusterError(
        'TIMEOUT',
        `no replica took over within ${Math.round(deadline.totalMs / 1000)} s`,
      );
    await sleep(LOOK_EVERY_MS, deadline.signal);
  }
  // One line is enough: the others suspect it within the same heartbeat.
  return toTimeline(events).slice(0, 1);
}

async function successorOf(found: FoundCluster, slot: number | undefined): Promise<string | undefined> {
  const { nodes } = await observe(await again(found));
  return nodes.find((node) =>
    node.slots.some(([first, last]) => slot !== undefined && first <= slot && slot <= last),
  )?.name;
}
