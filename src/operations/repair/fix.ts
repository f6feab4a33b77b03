import { sleep } from '../../base/deadline.js';
import { RclusterError, isRclusterError, messageOf } from '../../base/errors.js';
import { silent } from '../../base/events.js';
import type { Repair } from '../../cluster/repairs/repair.js';
import type { NodeId } from '../../cluster/topology.js';
import { findCluster } from '../../runtimes/detect.js';
import { withConnections } from '../connections.js';
import { observe, type StatusReport } from '../observe.js';
import { observeSettled } from '../settle.js';
import { withClusterLock } from '../state-folder.js';
import type { OperationOptions } from '../up.js';
import { carryOut } from './carry-out.js';
import { examine, type Examination } from './examine.js';

/** One repair may bring another to light; a cluster that is not mended by then will not be by more of the same. */
const ROUNDS_AT_MOST = 20;
/** Gossip needs a node timeout or so to carry a repair to every node. */
const SETTLE_NODE_TIMEOUTS = 3;
const LOOK_EVERY_MS = 100;

/** A thing that is wrong, and what is done about it. */
export type RepairReport = Pick<Repair, 'kind' | 'problem' | 'remedy' | 'losesData'>;

export interface CheckResult extends StatusReport {
  /** What `fix` would do. */
  readonly repairs: readonly RepairReport[];
  readonly healthy: boolean;
}

export interface FixResult extends CheckResult {
  readonly done: readonly RepairReport[];
  readonly elapsedMs: number;
}

export interface FixOptions extends OperationOptions {
  /** Repairs that can lose data are carried out as well; default false. */
  readonly allowDataLoss?: boolean;
  /** Asked before each repair that can lose data and is allowed; default: yes. */
  readonly confirm?: (repair: RepairReport) => Promise<void>;
}

/** How the cluster is, and what `fix` would do about it. Nothing is changed. */
export async function check(cluster: string): Promise<CheckResult> {
  const found = await findCluster(cluster);
  const status = await observe(found);
  const repairs = await withConnections(found.record, async (connected) =>
    connected.length === 0 ? [] : (await examine(found.record, connected)).repairs,
  );
  return {
    ...status,
    repairs: repairs.map(reportOf),
    healthy: status.state === 'ok' && repairs.length === 0,
  };
}

/**
 * Mends what can be mended, one thing after the other, looking anew after each.
 *
 * @throws DATA_AT_RISK when a repair can lose data and that is not allowed: all others have been carried out by then;
 *   MIGRATION_FAILED, REDIS_ERROR when a repair failed
 */
export async function fix(cluster: string, options: FixOptions = {}): Promise<FixResult> {
  const { emit = silent, signal, allowDataLoss = false, confirm } = options;
  const startedAt = performance.now();
  return withClusterLock(cluster, { emit, signal }, async () => {
    const found = await findCluster(cluster);
    const done: RepairReport[] = [];
    const refused = await withConnections(found.record, async (connected) => {
      const full = new Set<NodeId>();
      const look = () => examine(found.record, connected, full);
      for (let round = 0; round < ROUNDS_AT_MOST; round += 1) {
        if (signal?.aborted === true)
          throw new RclusterError('INTERRUPTED', 'interrupted between two repairs');
        const { members, repairs } =
          round === 0 ? await settled(look, found.record.spec.nodeTimeout, signal) : await look();
        const next = repairs.find(({ losesData }) => losesData === undefined || allowDataLoss);
        if (next === undefined) return repairs;
        if (next.losesData !== undefined) await confirm?.(reportOf(next));
        emit({ type: 'step', text: `${next.problem}: ${next.remedy}` });
        try {
          await carryOut(next, members, { emit, signal });
        } catch (error) {
          if (next.kind !== 'finish-move' || !messageOf(error).concat(causeOf(error)).includes('OOM'))
            throw error;
          // The target has no room: planned anew, the move is taken back.
          full.add(next.owner);
          continue;
        }
        done.push(reportOf(next));
      }
      return (await look()).repairs;
    });
    const [first] = refused;
    if (first?.losesData !== undefined) {
      throw new RclusterError('DATA_AT_RISK', `${refused.length} repairs can lose data`, {
        details: refused.map(({ problem, losesData = '' }) => `${problem}: ${losesData}`),
        hint: '--allow-data-loss carries them out all the same',
      });
    }
    const status = await observeSettled(found);
    return {
      ...status,
      repairs: refused.map(reportOf),
      healthy: status.state === 'ok' && refused.length === 0,
      done,
      elapsedMs: performance.now() - startedAt,
    };
  });
}

/** What is left when the nodes have had the time to tell each other: most of what differs is only late. */
async function settled(
  look: () => Promise<Examination>,
  nodeTimeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Examination> {
  const end = performance.now() + SETTLE_NODE_TIMEOUTS * nodeTimeoutMs;
  let seen = await look();
  while (seen.repairs.length > 0 && performance.now() < end) {
    await sleep(LOOK_EVERY_MS, signal);
    seen = await look();
  }
  return seen;
}

function reportOf({ kind, problem, remedy, losesData }: Repair): RepairReport {
  return { kind, problem, remedy, losesData };
}

function causeOf(error: unknown): string {
  return isRclusterError(error) ? error.details.join(' ') : '';
}
