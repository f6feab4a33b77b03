import { all } from '../../base/concurrency.js';
import { sleep } from '../../base/deadline.js';
import { RclusterError, isRclusterError, messageOf } from '../../base/errors.js';
import { silent, type Emit } from '../../base/events.js';
import { plural } from '../../base/format.js';
import { observeSettled } from '../../operations/settle.js';
import type { StatusReport } from '../../operations/observe.js';
import { again, findCluster, type FoundCluster } from '../../runtimes/detect.js';
import type { HelperScript } from '../../runtimes/runtime.js';
import { currentEntries } from './active.js';
import type { FaultContext, FaultKind } from './fault.js';
import { sweepFill } from './fill.js';
import { healFault } from './inject.js';
import { mayBeOnItsWay, readLedger, type LedgerEntry } from './ledger.js';
import { faultOfRecord } from './make.js';
import { marksIn } from './network.js';
import { pause } from './pause.js';
import { EMPTY_SCRIPT, FIND_SCRIPT } from './space.js';

const LOOK_EVERY_MS = 100;

export interface HealResult extends StatusReport {
  /** What was mended, a line each; none when nothing was broken. */
  readonly healed: readonly string[];
  readonly elapsedMs: number;
}

/** Who cannot reach the others cannot rejoin them, and who is frozen cannot do anything: these come first. */
const ORDER: readonly (readonly FaultKind[])[] = [
  ['partition', 'isolate', 'latency', 'loss'],
  ['pause'],
  ['slow', 'disk-full', 'fill', 'settings', 'kill', 'stop', 'restart'],
];

/**
 * Heals everything that rcluster ever injected into the cluster: what the ledger says, whoever wrote it, and what is
 * there without being in it. It waits for no lock, since whoever holds it may be waiting for this.
 *
 * @throws CLUSTER_UNKNOWN; FAULT_LEFT with what could not be healed
 */
export async function healAll(cluster: string, { emit = silent }: { emit?: Emit } = {}): Promise<HealResult> {
  const startedAt = performance.now();
  const found = await findCluster(cluster);
  const entries = await currentEntries(found);
  const healed: string[] = [];
  const left: string[] = [];
  const mend = async (work: () => Promise<readonly string[]>) => {
    try {
      healed.push(...(await work()));
    } catch (error) {
      left.push(
        messageOf(error),
        ...(isRclusterError(error) ? error.details.map((line) => `  ${line}`) : []),
      );
    }
  };
  for (const kinds of ORDER) {
    const own = entries.filter(({ fault }) => kinds.includes(fault.fault));
    await all(own, (entry) => mend(() => healEntry(found, entry, emit)));
    await sweep(kinds, { found: await again(found), emit, signal: undefined }, mend);
  }
  if (left.length > 0) {
    throw new RclusterError('FAULT_LEFT', `not everything in "${cluster}" could be healed`, {
      details: left,
      hint: 'rcluster faults shows what is active; rcluster heal tries again',
    });
  }
  if (healed.length > 0) emit({ type: 'step', text: `healed ${plural(healed.length, 'fault')}; settling` });
  return { ...(await observeSettled(found)), healed, elapsedMs: performance.now() - startedAt };
}

async function healEntry(found: FoundCluster, entry: LedgerEntry, emit: Emit): Promise<string[]> {
  await untilStruck(found, entry, emit);
  await healFault(await again(found), faultOfRecord(entry.fault), { emit });
  return [entry.text];
}

/** So that no node is healed first and struck afterwards, with nobody to know of it. */
async function untilStruck(found: FoundCluster, entry: LedgerEntry, emit: Emit): Promise<void> {
  const { fault } = entry;
  if (
    fault.fault !== 'kill' &&
    fault.fault !== 'stop' &&
    fault.fault !== 'restart' &&
    fault.fault !== 'pause'
  )
    return;
  const isOnItsWay = async () =>
    (await readLedger(found.record.spec.name)).some((now) => now.id === entry.id && mayBeOnItsWay(now));
  for (let isFirst = true; await isOnItsWay(); isFirst = false) {
    if (isFirst) emit({ type: 'step', text: `waiting for what may be on its way: ${entry.text}` });
    const { record } = await again(found);
    if (record.nodes.every(({ name, state }) => !fault.nodes.includes(name) || state !== 'running')) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** Mends what is there although the ledger does not have it, or no longer. */
async function sweep(
  kinds: readonly FaultKind[],
  context: FaultContext,
  mend: (work: () => Promise<readonly string[]>) => Promise<void>,
): Promise<void> {
  const { found, emit } = context;
  const { record, runtime } = found;
  if (kinds.includes('partition') && runtime.kind === 'docker') {
    const up = record.nodes.filter(({ state }) => state === 'running' || state === 'paused');
    await all(up, ({ name }) =>
      mend(async () => (await marksIn(context, name, true)).map((line) => `${name}: ${line}`)),
    );
  }
  if (kinds.includes('pause')) {
    const frozen = record.nodes.filter(({ state }) => state === 'paused');
    await all(frozen, ({ name }) =>
      mend(async () => {
        await healFault(found, pause([name]), { emit });
        return [`pause ${name}`];
      }),
    );
  }
  if (!kinds.includes('fill')) return;
  await mend(async () => (await sweepFill(context)).map((name) => `fill ${name}`));
  // Beside containers it takes a helper each to look, and a volume of theirs is seldom small enough to have been filled.
  if (runtime.kind === 'process') {
    await all(record.nodes, ({ name }) =>
      mend(async () => {
        const beside = (script: HelperScript) =>
          runtime.runHelper(record.spec.name, name, 'data', script, { emit, signal: undefined });
        if ((await beside(FIND_SCRIPT)).output.trim() === '') return [];
        await beside(EMPTY_SCRIPT);
        return [`disk-full ${name}`];
      }),
    );
  }
}
