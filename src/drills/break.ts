import { sleep } from '../base/deadline.js';
import { silent } from '../base/events.js';
import type { FaultDescription } from '../config/fault-schema.js';
import type { NodeName } from '../config/types.js';
import { findNodeOf, type NodeResult } from '../operations/node-lifecycle.js';
import { observe, type StatusReport } from '../operations/observe.js';
import { observeSettled } from '../operations/settle.js';
import type { OperationOptions } from '../operations/up.js';
import { again, findCluster } from '../runtimes/detect.js';
import { currentEntries } from './faults/active.js';
import type { FaultKind } from './faults/fault.js';
import { faultOf, healFault, injectFault, seededRandom } from './faults/index.js';
import { pause } from './faults/pause.js';

export interface BreakOptions extends OperationOptions {
  /** Milliseconds until it is healed again; undefined: until somebody heals it. */
  readonly forMs?: number | undefined;
  /** Of what a target leaves to chance; default: another each time. */
  readonly seed?: number;
}

export interface BreakResult extends StatusReport {
  readonly fault: FaultKind;
  /** Whom it struck. */
  readonly struck: readonly NodeName[];
  readonly text: string;
  readonly healed: boolean;
  readonly elapsedMs: number;
}

/**
 * Injects one fault, and with `forMs` heals it again after that time, or as soon as the signal fires. It takes no lock: to
 * break a cluster while another command changes it is a drill as well.
 *
 * @throws CONFIG_INVALID, NODE_UNKNOWN, NODE_AMBIGUOUS, FAULT_IMPOSSIBLE, FAULT_LEFT; INTERRUPTED when it is healed
 */
export async function breakCluster(
  cluster: string,
  description: FaultDescription,
  { forMs, seed = Date.now(), emit = silent, signal }: BreakOptions = {},
): Promise<BreakResult> {
  const startedAt = performance.now();
  const found = await findCluster(cluster);
  const before = await observe(found);
  const fault = faultOf(description, before, seededRandom(seed));
  await injectFault(found, fault, { emit, signal });
  if (forMs !== undefined) {
    try {
      emit({ type: 'step', text: `${fault.text} for ${forMs / 1000} s` });
      await sleep(forMs, signal);
    } finally {
      await healFault(found, fault, { emit });
    }
  }
  const healed = forMs !== undefined;
  const status = healed ? await observeSettled(found, before.findings) : await observe(await again(found));
  const { kind, nodes, text } = fault;
  return { ...status, fault: kind, struck: nodes, text, healed, elapsedMs: performance.now() - startedAt };
}

/** Lets a paused node go on, and waits until it takes part in the cluster again. */
export async function resumeNode(
  cluster: string,
  reference: string,
  { emit = silent }: OperationOptions = {},
): Promise<NodeResult> {
  const startedAt = performance.now();
  const { found, node } = await findNodeOf(cluster, reference);
  await healFault(found, pause([node.name]), { emit });
  const now = await again(found);
  // The fault may have been one of several nodes, of which this was the last.
  await currentEntries(now);
  const status = await observe(now);
  const resumed = status.nodes.find(({ name }) => name === node.name) ?? node;
  return { ...status, node: resumed, elapsedMs: performance.now() - startedAt };
}
