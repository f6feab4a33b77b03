import { Deadline, waitUntilNothingIsMissing } from '../base/deadline.js';
import { isRclusterError, messageOf } from '../base/errors.js';
import type { Emit } from '../base/events.js';
import { all } from '../base/concurrency.js';
import type { Scenario } from '../config/scenario.js';
import { clientEndpointOf, withConnections } from '../operations/connections.js';
import { observe, type StatusReport } from '../operations/observe.js';
import type { DrillRun, LoadSettings } from '../reports/model.js';
import { again, type FoundCluster } from '../runtimes/detect.js';
import {
  healAll,
  healFault,
  injectFault,
  readLedger,
  settingsOf,
  type Fault,
  type Random,
} from './faults/index.js';
import type { Affliction, LaneState } from './lanes.js';
import { moment } from './moment.js';
import { readClocks, readLogEvents, type NodeClocks } from './node-clocks.js';
import { runOf } from './outcome.js';
import { Stage, type Strike } from './stage.js';
import { perform } from './steps.js';
import { Watcher } from './watcher.js';
import { startWorkload } from './workload/start.js';

/** One run of a drill. */

const START_MS = 20_000;
/** Until the cluster is whole again, when everything is healed. */
const WHOLE_MS = 60_000;
const LOOK_EVERY_MS = 100;
const LOG_TAIL = 5_000;

export interface RunPlan {
  readonly scenario: Scenario;
  readonly load: LoadSettings;
  readonly profiles: readonly string[];
  readonly number: number;
  readonly seed: number;
  readonly random: Random;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs the steps once while the load goes on, heals everything whatever came of it, and tells what was measured. What
 * went wrong with the steps is part of that.
 *
 * @throws FAULT_LEFT when something could not be healed, FAULT_IMPOSSIBLE, INTERRUPTED
 */
export async function runOnce(cluster: FoundCluster, plan: RunPlan): Promise<DrillRun> {
  const { load, profiles, seed, random, emit, signal } = plan;
  const startedAt = moment();
  const found = await again(cluster);
  const { record } = found;
  const before = await observe(found);
  const owners = before.nodes.filter(({ role, slotCount }) => role === 'master' && slotCount > 0);
  const watcher = new Watcher(record.spec);
  watcher.watch(record.nodes);
  try {
    const clocks = await withConnections(record, readClocks);
    const workload = await startWorkload(
      {
        ...{ ...load, profiles, seed },
        endpoints: record.nodes.map((node) => clientEndpointOf(record.spec, node)),
        shards: owners.map(({ name, slots }) => ({ master: name, slots })),
      },
      Deadline.after(START_MS, signal),
    );
    const shards = owners.map(({ name }) => name);
    const stage = new Stage({
      ...{ found, before, shards, profiles, watcher, workload, random, emit, signal },
    });
    try {
      const failure = await performAndHeal(stage, plan);
      const zero = stage.zero ?? startedAt;
      emit({ type: 'step', text: 'reading back what was written' });
      // Without the clients' view nothing counts as measured, but what else was seen may say why.
      let error = failure;
      const outcomes = await workload.finish(zero).catch((cause: unknown) => {
        error ??= linesOf(cause).join('; ');
        return [];
      });
      const endMs = moment() - zero;
      await watcher.stop();
      return runOf({
        ...{ number: plan.number, profiles: outcomes, endMs, error },
        ...(await evidenceOf(stage, clocks, startedAt, zero)),
      });
    } catch (error) {
      await workload.abandon();
      throw error;
    }
  } finally {
    await watcher.stop();
  }
}

/** @returns what went wrong with the steps, or with the healing of the cluster by itself; null when nothing did */
async function performAndHeal(
  stage: Stage,
  { scenario: { settings, steps }, number }: RunPlan,
): Promise<string | null> {
  const { found, emit, signal } = stage.setting;
  const changed = Object.keys(settings).length === 0 ? undefined : await settingsOf(found, settings);
  if (changed !== undefined) await injectFault(found, changed, { emit, signal });
  let failure: unknown;
  try {
    await perform(stage, steps);
  } catch (error) {
    failure = error;
  }
  await healEverything(stage, changed);
  // A change in the background has deadlines of its own, and may have waited for what is healed now.
  await all(stage.errands, ({ ended }) => ended);
  if (isRclusterError(failure, 'INTERRUPTED')) throw failure;
  // What could be injected in the first run is no lack of the machine's in another: that run has failed.
  if (isRclusterError(failure, 'FAULT_IMPOSSIBLE') && number === 1) throw failure;
  stage.setting.workload.enter('after');
  try {
    await waitUntilWhole(stage.setting.found, emit, signal);
  } catch (error) {
    if (isRclusterError(error, 'INTERRUPTED')) throw error;
    failure ??= error;
  }
  return failure === undefined ? null : linesOf(failure).join('; ');
}

/** What the steps left broken, and the settings last: a node that is frozen cannot be told. @throws FAULT_LEFT */
async function healEverything(
  { cluster, setting, strikes }: Stage,
  settings: Fault | undefined,
): Promise<void> {
  const { found, emit } = setting;
  const areHealed = strikes.every(({ healedAt }) => healedAt !== undefined);
  if (areHealed && settings !== undefined) await healFault(found, settings, { emit });
  // Also what a step began to heal, and failed to.
  if ((await readLedger(cluster)).length > 0) await healAll(cluster, { emit });
  for (const strike of strikes) strike.healedAt ??= moment();
}

/** Until there is nothing left to find fault with. @throws TIMEOUT with what there is */
export async function waitUntilWhole(
  found: FoundCluster,
  emit: Emit,
  signal: AbortSignal | undefined,
): Promise<void> {
  emit({ type: 'step', text: 'waiting until the cluster is whole again' });
  await waitUntilNothingIsMissing(async () => errorsIn(await observe(await again(found))), {
    deadline: Deadline.after(WHOLE_MS, signal),
    what: 'the cluster to be whole again',
    everyMs: LOOK_EVERY_MS,
    hint: 'rcluster fix mends what does not mend itself',
  });
}

/** What is wrong with the cluster, a line each. */
export function errorsIn({ findings }: StatusReport): string[] {
  return findings.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
}

function linesOf(error: unknown): string[] {
  return [messageOf(error), ...(isRclusterError(error) ? error.details : [])];
}

/** Everything that was seen besides the clients' view, in milliseconds since the injection. */
async function evidenceOf(stage: Stage, clocks: NodeClocks, startedAt: number, zero: number) {
  const { found, before, watcher } = stage.setting;
  const { record } = await again(found);
  const status = await stage.look();
  const nodes = record.nodes.map(({ name }) => name);
  const nameOf = new Map([...before.nodes, ...status.nodes].map(({ id, name }) => [id, name]));
  const named = (text: string) => text.replace(/\b[0-9a-f]{40}\b/g, (id) => nameOf.get(id) ?? id.slice(0, 8));
  const logs = await readLogEvents(found, nodes, { clocks, since: startedAt, zero, tail: LOG_TAIL, nameOf });
  const seen = [...stage.events, ...watcher.events].map((event) => ({
    ...event,
    atMs: event.atMs - zero,
    event: named(event.event),
  }));
  const [first] = stage.strikes;
  const hit = first?.nodes.filter(({ role, slotCount }) => role === 'master' && slotCount > 0) ?? [];
  const slot = hit[0]?.slots[0]?.[0];
  const heir = status.nodes.find(({ slots }) =>
    slots.some(([from, to]) => slot !== undefined && from <= slot && slot <= to),
  );
  return {
    startedAt: new Date(startedAt).toISOString(),
    elapsedMs: moment() - startedAt,
    // Of several the first with slots: its heir is the one to be named.
    victim: (hit[0] ?? first?.nodes[0])?.name ?? null,
    hit: hit.map(({ name }) => name),
    heir: heir?.name ?? null,
    nodeTimeoutMs: record.spec.nodeTimeout,
    events: [...seen, ...logs],
    nodes,
    looks: watcher.looks.map((look) => ({ ...look, atMs: look.atMs - zero })),
    afflictions: stage.strikes.flatMap((strike) => afflictionsOf(strike, zero)),
    remarks: [
      ...stage.remarks,
      ...stage.errands.flatMap(({ text, failure }) =>
        failure === undefined ? [] : [`${text} ended with: ${messageOf(failure)}`],
      ),
    ],
  };
}

const SHOWN: Partial<Record<Strike['fault']['kind'], LaneState>> = {
  pause: 'paused',
  partition: 'cut-off',
  isolate: 'cut-off',
  latency: 'slow',
  loss: 'slow',
  slow: 'slow',
};

function afflictionsOf({ fault, at, healedAt }: Strike, zero: number): Affliction[] {
  const state = SHOWN[fault.kind];
  if (state === undefined) return [];
  return fault.nodes.map((node) => ({ node, fromMs: at - zero, toMs: (healedAt ?? Infinity) - zero, state }));
}
