import { all } from '../../base/concurrency.js';
import { RclusterError, isRclusterError } from '../../base/errors.js';
import type { NodeName } from '../../config/types.js';
import type { HelperScript } from '../../runtimes/runtime.js';
import type { FaultContext } from './fault.js';
import { EVERYTHING, findMarks, type Removal } from './network-commands.js';

/** Changes to the networks of nodes, by helpers that run beside them. */

/** A way to do something, and what finds out whether the kernel can do it. */
export interface Means<Name extends string> {
  readonly name: Name;
  readonly trial: HelperScript;
}

/**
 * The first of the means that this kernel has, found out in a network that is thrown away.
 *
 * @throws FAULT_IMPOSSIBLE with what each of them met
 */
export async function chooseMeans<Name extends string>(
  { found, emit, signal }: FaultContext,
  node: NodeName,
  what: string,
  means: readonly Means<Name>[],
): Promise<Name> {
  const { runtime, record } = found;
  const activity = { emit, signal };
  const details: string[] = [];
  for (const { name, trial } of means) {
    const { code, output } = await runtime.runHelper(record.spec.name, node, 'trial', trial, activity);
    if (code === 0) return name;
    details.push(`${name}: ${output.trim().replace(/\s*\n\s*/g, '; ')}`);
  }
  throw new RclusterError(
    'FAULT_IMPOSSIBLE',
    `this kernel or its tools cannot ${what}: ${details.join('; ')}`,
  );
}

/** Why the means cannot be chosen; undefined when one can. */
export async function reasonOf(choosing: Promise<unknown>): Promise<string | undefined> {
  try {
    await choosing;
    return undefined;
  } catch (error) {
    if (isRclusterError(error, 'FAULT_IMPOSSIBLE')) return error.message;
    throw error;
  }
}

/** Runs each node's script in its network, all at once. @throws ENGINE_ERROR with what the first that failed wrote */
export async function changeNetworks(
  { found, emit, signal }: FaultContext,
  scripts: ReadonlyMap<NodeName, HelperScript>,
): Promise<void> {
  const { runtime, record } = found;
  await all(scripts, async ([node, script]) => {
    const { code, output } = await runtime.runHelper(record.spec.name, node, 'network', script, {
      emit,
      signal,
    });
    if (code !== 0)
      throw new RclusterError(
        'ENGINE_ERROR',
        `the network of ${node} could not be changed: ${output.trim()}`,
      );
  });
}

/**
 * What of ours there is in a node's network, as {@link findMarks} prints it; with `remove` it is gone afterwards. The
 * network of a node that has ended went with it.
 *
 * @throws ENGINE_ERROR when something could not be removed
 */
export async function marksIn(
  { found, emit }: FaultContext,
  node: NodeName,
  remove: boolean,
  removal: Removal = EVERYTHING,
): Promise<string[]> {
  const script = findMarks(removal, remove);
  try {
    const { code, output } = await found.runtime.runHelper(found.record.spec.name, node, 'network', script, {
      emit,
      signal: undefined,
    });
    const lines = output.split('\n').filter((line) => /^(chain |route |delay)/.test(line));
    if (code === 0) return lines;
    throw new RclusterError('ENGINE_ERROR', `the network of ${node} could not be mended: ${output.trim()}`);
  } catch (error) {
    const isGone = (['NODE_NOT_RUNNING', 'NODE_UNKNOWN', 'FAULT_IMPOSSIBLE'] as const).some((code) =>
      isRclusterError(error, code),
    );
    if (isGone) return [];
    throw error;
  }
}

/** Removes what one fault made in the networks of nodes. */
export async function mendNetworks(
  context: FaultContext,
  nodes: readonly NodeName[],
  removal: Removal,
): Promise<string[]> {
  return (await all(nodes, (node) => marksIn(context, node, true, removal))).flat();
}
