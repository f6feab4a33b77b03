import { all } from '../../base/concurrency.js';
import { RclusterError, messageOf } from '../../base/errors.js';
import type { NodeEntry } from '../../cluster/topology.js';
import type { ClusterUrl } from '../../config/doctor-schema.js';
import { clusterNodes, ping } from '../../redis/commands/index.js';
import { NodeConnection } from '../../redis/connection.js';
import type { Subject } from './subject.js';

/** A cluster that rcluster did not make, by way of one of its nodes. */

const COMMAND_TIMEOUT_MS = 5_000;

/**
 * Connects to every node that the named one knows, for as long as `work` takes.
 *
 * @throws REDIS_ERROR when the named node cannot be reached, asks for another password, or is not part of a cluster
 */
export async function withForeignNodes<Result>(
  url: ClusterUrl,
  work: (subjects: readonly Subject[]) => Promise<Result>,
): Promise<Result> {
  const entries = await knownBy(url);
  const subjects = await all(entries, (entry) => reach(entry, url));
  try {
    return await work(subjects);
  } finally {
    for (const { connection } of subjects) connection?.close();
  }
}

/** Whether a node refuses who brings no password. */
export async function isGuarded({ host, port, access }: ClusterUrl): Promise<boolean> {
  let connection: NodeConnection | undefined;
  try {
    connection = await NodeConnection.open({ host, port, access: { tls: access.tls } }, COMMAND_TIMEOUT_MS);
    await connection.run(ping());
    return false;
  } catch {
    return true;
  } finally {
    connection?.close();
  }
}

async function knownBy(url: ClusterUrl): Promise<NodeEntry[]> {
  let seed: NodeConnection | undefined;
  try {
    seed = await NodeConnection.open(url, COMMAND_TIMEOUT_MS);
    const { entries } = await seed.run(clusterNodes());
    return entries
      .filter(({ flags }) => !flags.includes('handshake'))
      .sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port));
  } catch (error) {
    throw explained(url, error);
  } finally {
    seed?.close();
  }
}

/** A refusal in words that say what to do about it. */
function explained({ host, port }: ClusterUrl, error: unknown): unknown {
  const [refusal] = /NOAUTH|WRONGPASS|NOPERM/.exec(messageOf(error)) ?? [];
  if (refusal === undefined) return error;
  const why = {
    NOAUTH: 'asks for a password',
    WRONGPASS: 'refuses that user or password',
    NOPERM: 'does not let that user look at the cluster',
  }[refusal];
  return new RclusterError('REDIS_ERROR', `${host}:${port} ${why ?? refusal}`, {
    hint: 'name the password in REDISCLI_AUTH, or redis://USER:PASSWORD@HOST:PORT',
    cause: error,
  });
}

/**
 * By the name that clients are told, else by the address that the nodes use, else at the host of the named node, as where
 * ports of containers are published. Who answers there must be the node in question.
 */
async function reach({ id, host, hostname, port }: NodeEntry, url: ClusterUrl): Promise<Subject> {
  const hosts = [...new Set([hostname, host, url.host])].filter((name) => name !== '' && name !== '?');
  const name = (at: string) => `${at.includes(':') ? `[${at}]` : at}:${port}`;
  for (const at of hosts) {
    const connection = await openIfItIs(id, { ...url, host: at, port });
    if (connection !== undefined) return { name: name(at), port, id, state: 'running', connection };
  }
  return { name: name(hosts[0] ?? '?'), port, id, state: 'silent', connection: undefined };
}

async function openIfItIs(id: string, url: ClusterUrl): Promise<NodeConnection | undefined> {
  let connection: NodeConnection | undefined;
  try {
    connection = await NodeConnection.open(url, COMMAND_TIMEOUT_MS);
    if ((await connection.run(clusterNodes())).self === id) return connection;
  } catch {
    // Another address may answer.
  }
  connection?.close();
  return undefined;
}
