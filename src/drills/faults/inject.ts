import { RclusterError, interruption, isRclusterError, messageOf } from '../../base/errors.js';
import type { Emit } from '../../base/events.js';
import { withTimeLimit } from '../../base/race.js';
import type { FoundCluster } from '../../runtimes/detect.js';
import type { Fault } from './fault.js';
import { idOf } from './identity.js';
import { noteStruck, recordFault, strikeOut } from './ledger.js';

/** Whatever healing does has a deadline of its own within this one: a minute for a node to rejoin is the longest. */
const HEAL_MS = 120_000;

export interface FaultOptions {
  readonly emit: Emit;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the fault down, then injects it. What was half injected is healed.
 *
 * @throws FAULT_IMPOSSIBLE with the reason, before anything is changed; FAULT_LEFT when it failed and could not be healed
 */
export async function injectFault(
  found: FoundCluster,
  fault: Fault,
  { emit, signal }: FaultOptions,
): Promise<void> {
  const context = { found, emit, signal };
  const reason = await fault.impossible(context);
  if (reason !== undefined)
    throw new RclusterError('FAULT_IMPOSSIBLE', `"${fault.text}" cannot be injected here: ${reason}`);
  if (signal?.aborted === true) throw interruption(signal);
  await recordFault(found.record.spec.name, fault);
  emit({ type: 'step', text: `injecting: ${fault.text}` });
  try {
    await fault.inject(context);
    await noteStruck(found.record.spec.name, fault);
  } catch (error) {
    // Nobody is at it any more, whatever comes of the healing.
    await noteStruck(found.record.spec.name, fault);
    await healFault(found, fault, { emit });
    throw error;
  }
}

/**
 * Heals the fault, whatever interrupts, and strikes it out of the ledger. What is healed already is fine.
 *
 * @throws FAULT_LEFT when it could not be healed; it stays in the ledger
 */
export async function healFault(
  found: FoundCluster,
  fault: Fault,
  { emit }: Pick<FaultOptions, 'emit'>,
): Promise<void> {
  emit({ type: 'step', text: `healing: ${fault.text}` });
  try {
    await withTimeLimit(fault.heal({ found, emit, signal: undefined }), HEAL_MS);
  } catch (error) {
    throw new RclusterError('FAULT_LEFT', `"${fault.text}" could not be healed: ${messageOf(error)}`, {
      details: isRclusterError(error) ? error.details : [],
      hint: `rcluster heal --cluster ${found.record.spec.name} tries again`,
      cause: error,
    });
  }
  await strikeOut(found.record.spec.name, idOf(fault));
}
