import { all } from '../../base/concurrency.js';
import { sleep } from '../../base/deadline.js';
import { messageOf } from '../../base/errors.js';
import type { NodeName } from '../../config/types.js';
import { endpointOf, withConnections } from '../../operations/connections.js';
import { busyScript, scriptKill } from '../../redis/commands/index.js';
import { NodeConnection } from '../../redis/connection.js';
import { again } from '../../runtimes/detect.js';
import type { Fault, FaultContext } from './fault.js';
import { idOf } from './identity.js';
import { isRecorded } from './ledger.js';
import { downReason, requireNodes, requireNumber } from './struck.js';

/** What a node that is busy gets to answer on top of its burst. */
const PATIENCE_MS = 10_000;

/** The bursts of this process, by cluster and fault. */
const driven = new Map<string, { readonly stop: AbortController; readonly ended: Promise<unknown> }>();

/**
 * Keeps nodes busy for a part of the time, in bursts during which they answer nothing. A burst is a script that ends by
 * itself and writes nothing, so whatever becomes of us, the node is well again a moment later and SCRIPT KILL may end it
 * sooner. DEBUG SLEEP would do the same, but servers refuse it by default; one long script would leave a node that nobody
 * drives any more busy for ever.
 *
 * @throws CONFIG_INVALID
 */
export function slow(nodes: readonly NodeName[], busyMs: number, everyMs: number): Fault {
  requireNodes('slow', nodes);
  requireNumber('slow: busy, in milliseconds,', busyMs, 1, 5_000);
  requireNumber('slow: every, in milliseconds,', everyMs, busyMs + 1, 60_000);
  const keyOf = ({ found }: FaultContext) => `${found.record.spec.name}/${idOf(fault)}`;
  const fault: Fault = {
    kind: 'slow',
    nodes,
    text: `slow ${nodes.join(',')}: busy for ${busyMs} of every ${everyMs} ms`,
    impossible: async (context) => {
      const down = await downReason(context, nodes);
      if (down !== undefined) return down;
      const refusals = await all(nodes, (node) => refusalOf(context, node));
      return refusals.find((refusal) => refusal !== undefined);
    },
    inject: (context) => {
      if (driven.has(keyOf(context))) return Promise.resolve();
      const stop = new AbortController();
      const bursts = nodes.map((node) => drive(context, node, busyMs, everyMs, idOf(fault), stop.signal));
      driven.set(keyOf(context), { stop, ended: Promise.allSettled(bursts) });
      return Promise.resolve();
    },
    heal: async (context) => {
      const own = driven.get(keyOf(context));
      own?.stop.abort();
      driven.delete(keyOf(context));
      // Another process that drives it stops when the ledger no longer has it; until then the script is bounded.
      await withConnections((await again(context.found)).record, async (connected) => {
        const struck = connected.filter(({ node }) => nodes.includes(node.name));
        await all(struck, ({ connection }) => connection.settleAll([scriptKill()]));
      });
      await own?.ended;
    },
    toJSON: () => ({ fault: 'slow', nodes, busyMs, everyMs }),
  };
  return fault;
}

async function refusalOf({ found }: FaultContext, node: NodeName): Promise<string | undefined> {
  return withConnections((await again(found)).record, async (connected) => {
    const connection = connected.find((other) => other.node.name === node)?.connection;
    if (connection === undefined) return `${node} does not answer`;
    return connection.run(busyScript(1)).then(
      () => undefined,
      (error: unknown) => `${node} runs no scripts: ${messageOf(error)}`,
    );
  });
}

/** One burst after the other, for as long as the fault is in the ledger. A node that is down is tried again. */
async function drive(
  { found }: FaultContext,
  name: NodeName,
  busyMs: number,
  everyMs: number,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { spec, nodes } = found.record;
  const address = endpointOf(spec, { port: nodes.find((node) => node.name === name)?.port ?? 0 });
  let connection: NodeConnection | undefined;
  try {
    while (!signal.aborted && (await isRecorded(spec.name, id))) {
      const next = performance.now() + everyMs;
      try {
        connection ??= await NodeConnection.open(address, busyMs + PATIENCE_MS);
        await connection.run(busyScript(busyMs));
      } catch {
        connection?.close();
        connection = undefined;
      }
      await sleep(Math.max(1, next - performance.now()), signal);
    }
  } finally {
    connection?.close();
  }
}
