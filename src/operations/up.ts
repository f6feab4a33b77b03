import { all } from '../base/concurrency.js';
import { Deadline } from '../base/deadline.js';
import { RclusterError, isRclusterError } from '../base/errors.js';
import type { Emit } from '../base/events.js';
import { silent } from '../base/events.js';
import { plural } from '../base/format.js';
import { SLOT_COUNT } from '../cluster/slots.js';
import { NETWORK } from '../config/announce.js';
import { resolveUp, type ResolvedUp } from '../config/resolve.js';
import type { UpOptions } from '../config/schema.js';
import { readGuard } from '../config/guard.js';
import { readTemplate } from '../config/templates.js';
import { nodeSpecs, type ClusterSpec, type NodeSpec } from '../config/types.js';
import { chooseRuntime, findExisting, type ChosenRuntime, type FoundCluster } from '../runtimes/detect.js';
import type { Runtime, Server } from '../runtimes/runtime.js';
import { isGuarded } from './access/access.js';
import { prepareGuard, refuseOtherPassword } from './access/prepare.js';
import { refuseDifferences } from './differences.js';
import { formCluster } from './form.js';
import { onPorts } from './free-ports.js';
import { withConnections } from './connections.js';
import { endHaste } from './haste.js';
import { bootNodes, logTail, whileNodesLive } from './nodes.js';
import { observe, observeConnected, type StatusReport } from './observe.js';

import { waitUntilReady } from './ready.js';
import { observeSettled, PASSING, stirredUp } from './settle.js';
import { keepFile, removeStateFolder, withClusterLock } from './state-folder.js';

export interface OperationOptions {
  readonly emit?: Emit;
  readonly signal?: AbortSignal | undefined;
}

export interface UpResult extends StatusReport {
  /** False when the cluster was up already. */
  readonly changed: boolean;
  readonly spec: ClusterSpec;
  readonly elapsedMs: number;
}

/**
 * Boots a cluster and returns when it is ready; finishes one whose `up` was interrupted; leaves a running one alone.
 *
 * @throws CONFIG_INVALID, CLUSTER_DIFFERS, PORT_IN_USE, IMAGE_UNAVAILABLE, NODE_FAILED, TIMEOUT, LOCKED, INTERRUPTED
 */
export async function up(
  options: UpOptions = {},
  { emit = silent, signal }: OperationOptions = {},
): Promise<UpResult> {
  const startedAt = performance.now();
  const resolved = resolveUp(options);
  const { name } = resolved.spec;
  const lock = { waitMs: resolved.behaviour.waitMs, emit, signal };
  return withClusterLock(name, lock, async () => {
    const existing = await findExisting(name, resolved.behaviour.runtime);
    const outcome =
      existing === undefined
        ? await create(resolved, { emit, signal })
        : await resume(existing, resolved, { emit, signal });
    return { ...outcome, elapsedMs: performance.now() - startedAt };
  });
}

type Activity = Required<OperationOptions>;
type Outcome = Omit<UpResult, 'elapsedMs'>;

async function create(
  { spec: asked, behaviour, guard: sources }: ResolvedUp,
  activity: Activity,
): Promise<Outcome> {
  const guard = await readGuard(sources);
  const chosen = await chooseRuntime(behaviour.runtime, behaviour.redisServer);
  const { runtime } = chosen;
  if (asked.announce === NETWORK && runtime.kind !== 'docker')
    throw new RclusterError(
      'CONFIG_INVALID',
      '--announce: network is for containers, and the nodes are processes',
    );
  return onPorts(runtime, asked, behaviour, async (spec) => {
    const nodes = nodeSpecs(spec);
    await runtime.checkRoom(spec, nodes);
    const server = await runtime.prepare(spec, activity);
    if (server.notice !== undefined) activity.emit({ type: 'notice', text: server.notice });
    const deadline = Deadline.after(behaviour.waitMs, activity.signal);
    deadline.throwIfAborted();
    // Volumes outlive a network that somebody pruned, and are not to go with an attempt that fails.
    const keepData = await runtime.hasData(spec.name);
    if (keepData) {
      const text = `there is data of an earlier "${spec.name}", which its nodes go on with; rcluster down removes it`;
      activity.emit({ type: 'notice', text });
    }
    let status: StatusReport;
    try {
      await prepareGuard(spec, guard);
      await runtime.createCluster(spec);
      status = await boot(chosen, spec, server, nodes, activity, deadline);
    } catch (error) {
      if (!behaviour.retain) await removeTraces(runtime, spec.name, keepData, activity);
      throw error;
    }
    await keepCompose(runtime, spec, server, activity);
    return { ...status, changed: true, spec };
  });
}

async function resume(existing: FoundCluster, resolved: ResolvedUp, activity: Activity): Promise<Outcome> {
  const { record, runtime } = existing;
  refuseDifferences(record.spec, record.runtime, resolved);
  refuseOtherPassword(record.spec, await readGuard(resolved.guard));
  const { spec } = record;
  const planned = nodeSpecs(spec);
  const missing = planned.filter((node) => record.nodes.every((other) => other.name !== node.name));
  const first = await observe(existing);
  const isCovered = missing.length === 0 && first.slotsCovered === SLOT_COUNT;
  // A master that a rebalance has emptied is nobody's replica, and not to be formed anew.
  const isWhole = isCovered && arePlaced(planned.slice(spec.masters), first);
  // A node that was late for a moment is nothing to finish.
  const isLate = first.findings.every(({ severity, code }) => severity !== 'error' || PASSING.has(code));
  const status = isWhole && first.state !== 'ok' && isLate ? await observeSettled(existing) : first;
  const isUp = isWhole && status.state === 'ok';
  if (isUp) {
    await withConnections(record, (connected) =>
      endHaste(
        connected.map(({ connection }) => connection),
        spec,
      ),
    );
    return { ...status, changed: false, spec };
  }

  activity.emit({ type: 'notice', text: `"${spec.name}" is not complete; finishing it` });
  await runtime.checkRoom(spec, planned);
  const server = await runtime.prepare({ ...spec, image: record.server }, activity);
  await runtime.createCluster(spec);
  // Nodes of an add-master that was interrupted before they joined are for the next add-master to finish.
  const isMember = new Set(status.nodes.filter(({ role }) => role !== undefined).map(({ name }) => name));
  const further = record.nodes.filter(
    (node) =>
      planned.every((other) => other.name !== node.name) &&
      (node.state !== 'running' || isMember.has(node.name)),
  );
  const nodes = [...planned, ...further.map(({ name, number, port }): NodeSpec => ({ name, number, port }))];
  const isFormed = status.slotsCovered === SLOT_COUNT && arePlaced(planned, status);
  const finished = await boot(
    existing,
    spec,
    server,
    nodes,
    activity,
    Deadline.after(resolved.behaviour.waitMs, activity.signal),
    isFormed,
  );
  return { ...finished, changed: true, spec };
}

/** Slots are assigned before replicas are attached, so a killed `up` may have left masters of nothing. */
function arePlaced(nodes: readonly NodeSpec[], status: StatusReport): boolean {
  return nodes.every(({ name }) =>
    status.nodes.some((node) => node.name === name && (node.role === 'replica' || node.slotCount > 0)),
  );
}

/** Boots all nodes, forms the cluster unless it is formed, and waits until it is ready. */
async function boot(
  { runtime, reason }: ChosenRuntime,
  spec: ClusterSpec,
  server: Server,
  nodes: readonly NodeSpec[],
  { emit, signal }: Activity,
  deadline: Deadline,
  isFormed = false,
): Promise<StatusReport> {
  const started = new Set<string>();
  const text = `booting ${plural(nodes.length, 'node')}`;
  emit({ type: 'progress', text, done: 0, total: nodes.length, unit: 'nodes' });
  return whileNodesLive(runtime, spec.name, started, signal, async (watched) => {
    const until = deadline.watchedBy(watched);
    const booting = bootNodes(runtime, spec, server, nodes, {
      deadline: until,
      onStarted: ({ name }) => {
        started.add(name);
        emit({ type: 'progress', text, done: started.size, total: nodes.length, unit: 'nodes' });
        if (started.size === nodes.length) emit({ type: 'step', text: 'forming the cluster' });
      },
    });
    try {
      // On a formed cluster the nodes only have to find each other again.
      const forming = booting.slice(0, spec.masters * (1 + spec.replicas));
      if (!isFormed) await formCluster(forming, spec, until);
      const ready = await all(booting, async (node) => ({ ...node, connection: await node.connection }));
      emit({ type: 'step', text: 'waiting until every node agrees' });
      await waitUntilReady(spec, ready, until);
      await endHaste(
        ready.map(({ connection }) => connection),
        spec,
      );
      const record = await runtime.cluster(spec.name);
      if (record === undefined) throw new RclusterError('CLUSTER_UNKNOWN', `"${spec.name}" is gone`);
      const connected = record.nodes.flatMap((node) => {
        const connection = ready.find(({ name }) => name === node.name)?.connection;
        return connection === undefined ? [] : [{ node, connection }];
      });
      const status = await observeConnected({ record, reason }, connected);
      return stirredUp([], status.findings).length === 0
        ? status
        : await observeSettled({ runtime, record, reason });
    } catch (error) {
      throw await explained(error, runtime, spec.name);
    } finally {
      for (const node of booting)
        void node.connection.then(
          (connection) => connection.close(),
          () => undefined,
        );
    }
  });
}

/** Adds the log of the node that a timeout names first. */
async function explained(error: unknown, runtime: Runtime, cluster: string): Promise<unknown> {
  if (!isRclusterError(error, 'TIMEOUT')) return error;
  const name = /node-\d+/.exec([error.message, ...error.details].join('\n'))?.[0];
  if (name === undefined) return error;
  const log = await logTail(runtime, cluster, name);
  return new RclusterError('TIMEOUT', error.message, {
    details: [...error.details, ...(log.length > 0 ? [`the log of ${name} ends with:`, ...log] : [])],
    hint: error.hint,
    cause: error,
  });
}

async function removeTraces(
  runtime: Runtime,
  cluster: string,
  keepData: boolean,
  { emit }: Activity,
): Promise<void> {
  emit({ type: 'step', text: 'removing what was made' });
  try {
    await runtime.removeCluster(cluster, { keepData, keepNetwork: false });
    if (!keepData) await removeStateFolder(cluster);
  } catch {
    emit({
      type: 'warning',
      text: `something is left of "${cluster}": rcluster down --cluster ${cluster} removes it`,
    });
  }
}

async function keepCompose(
  runtime: Runtime,
  spec: ClusterSpec,
  server: Server,
  { emit }: Activity,
): Promise<void> {
  // For processes there is no image to name; and a secret has no place in a compose file.
  if (runtime.kind !== 'docker' || isGuarded(spec)) return;
  try {
    // The YAML library takes a while to load, and nobody waits for it here.
    const { renderCompose } = await import('../compose/compose-file.js');
    const { subnet = '' } = (await runtime.cluster(spec.name)) ?? {};
    const file = renderCompose(
      { ...spec, image: server.reference, subnet },
      await readTemplate('redis.conf'),
      await readTemplate('form-cluster.sh'),
    );
    await keepFile(spec.name, 'compose.yaml', file);
  } catch (error) {
    // The cluster is up; a full disk under the state folder must not make it look otherwise.
    emit({
      type: 'warning',
      text: `the compose file was not kept: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
