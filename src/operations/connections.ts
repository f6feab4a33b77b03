import { all } from '../base/concurrency.js';
import { sleep, type Deadline } from '../base/deadline.js';
import { RclusterError, messageOf } from '../base/errors.js';
import { duration } from '../base/format.js';
import { withTimeLimit } from '../base/race.js';
import { hostOf } from '../config/announce.js';
import type { ClusterSpec } from '../config/types.js';
import { adminAccess, clientAccess } from './access/access.js';
import { ping } from '../redis/commands/index.js';
import { COMMAND_TIMEOUT_MS, NodeConnection, type NodeAddress } from '../redis/connection.js';
import type { ClusterRecord, RuntimeNode } from '../runtimes/runtime.js';

const RETRY_MS = 10;
/** A node that listens but does not answer: it is loading, or frozen. */
const PING_TIMEOUT_MS = 1_000;

/** Where this host reaches a node, and as whom rcluster looks after it. @throws ACCESS_UNKNOWN */
export function endpointOf(spec: ClusterSpec, node: { readonly port: number }): NodeAddress {
  return { host: hostOf(spec), port: node.port, access: adminAccess(spec) };
}

/** The same as applications do it. @throws ACCESS_UNKNOWN */
export function clientEndpointOf(spec: ClusterSpec, node: { readonly port: number }): NodeAddress {
  return { host: hostOf(spec), port: node.port, access: clientAccess(spec) };
}

/**
 * Opens a connection as soon as the node answers PING.
 *
 * @param commandTimeoutMs of every command on it
 * @throws TIMEOUT with what the last attempt met
 */
export async function connectWhenUp(
  address: NodeAddress,
  name: string,
  deadline: Deadline,
  commandTimeoutMs = COMMAND_TIMEOUT_MS,
): Promise<NodeConnection> {
  for (;;) {
    deadline.throwIfAborted();
    let connection: NodeConnection | undefined;
    try {
      connection = await NodeConnection.open(address, commandTimeoutMs);
      await connection.run(ping());
      return connection;
    } catch (error) {
      connection?.close();
      if (deadline.expired) {
        throw new RclusterError('TIMEOUT', `${name} did not answer within ${duration(deadline.totalMs)}`, {
          details: [messageOf(error)],
          hint: `the nodes are looked for at ${address.host}, which clients are told; --announce changes it`,
        });
      }
    }
    await sleep(RETRY_MS, deadline.signal);
  }
}

export interface Connected {
  readonly node: RuntimeNode;
  readonly connection: NodeConnection;
}

/**
 * Connections to every node that runs and answers, for as long as `work` takes. Nodes that do not answer are left out:
 * whoever needs all of them compares with the record.
 *
 * @param reach as whom: `endpointOf` to look after the nodes, `clientEndpointOf` for what a user sends
 */
export async function withConnections<Result>(
  record: ClusterRecord,
  work: (connected: readonly Connected[]) => Promise<Result>,
  reach: typeof endpointOf = endpointOf,
): Promise<Result> {
  const running = record.nodes.filter((node) => node.state === 'running');
  const opened = await all(running, async (node) => {
    const connection = await openIfAnswering(reach(record.spec, node));
    return connection === undefined ? undefined : { node, connection };
  });
  const connected = opened.filter((item) => item !== undefined);
  try {
    return await work(connected);
  } finally {
    for (const { connection } of connected) connection.close();
  }
}

async function openIfAnswering(address: NodeAddress): Promise<NodeConnection | undefined> {
  const connection = await NodeConnection.open(address).catch(() => undefined);
  if (connection === undefined) return undefined;
  try {
    await withTimeLimit(connection.run(ping()), PING_TIMEOUT_MS);
    return connection;
  } catch {
    connection.close();
    return undefined;
  }
}
