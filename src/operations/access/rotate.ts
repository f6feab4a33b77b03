import { all } from '../../base/concurrency.js';
import { silent } from '../../base/events.js';
import { RclusterError } from '../../base/errors.js';
import { ADMIN_USER, REPLICATION_USER } from '../../cluster/acl.js';
import type { Guard } from '../../config/guard.js';
import { aclSetUser, configSet } from '../../redis/commands/index.js';
import { findCluster, type FoundCluster } from '../../runtimes/detect.js';
import { withConnections, type Connected } from '../connections.js';
import { writeNodeFiles } from '../nodes.js';
import { withClusterLock } from '../state-folder.js';
import type { OperationOptions } from '../up.js';
import { generatedPassword, keepSecrets, passwordFile, requireSecrets, type Secrets } from './secrets.js';

export interface RotateResult {
  readonly cluster: string;
  /** The user whose password it is that applications need. */
  readonly user: string;
  /** Where the new password is. */
  readonly passwordFile: string;
}

/**
 * Gives applications, replicas and rcluster itself new passwords. For a moment the old and the new one open every node, so that
 * a client that knows both fails at nothing; connections that are open stay open. Interrupted, it can simply be run again.
 *
 * @throws CLUSTER_UNKNOWN, CONFIG_INVALID for a cluster without passwords, UNHEALTHY when a running node does not answer,
 *   ACCESS_UNKNOWN, LOCKED
 */
export async function rotatePassword(
  cluster: string,
  { password }: Pick<Guard, 'password'>,
  { emit = silent, signal }: OperationOptions = {},
): Promise<RotateResult> {
  return withClusterLock(cluster, { emit, signal }, async () => {
    const found = await findCluster(cluster);
    if (found.record.spec.access !== 'password')
      throw new RclusterError('CONFIG_INVALID', `"${cluster}" has no password`, {
        hint: 'rcluster up --password makes one that has',
      });
    const before = requireSecrets(cluster);
    const after: Secrets = {
      ...before,
      client: [password ?? generatedPassword()],
      admin: [generatedPassword()],
      replication: [generatedPassword()],
    };
    await withConnections(found.record, async (connected) => {
      requireAll(found, connected);
      emit({ type: 'step', text: 'letting in the new passwords beside the old ones' });
      await setPasswords(connected, after, []);
      await keepSecrets(cluster, after);
      await writeNodeFiles(found, { emit, signal });
      const [replication = ''] = after.replication;
      await all(connected, ({ connection }) => connection.run(configSet('masterauth', replication)));
      emit({ type: 'step', text: 'shutting out the old ones' });
      await setPasswords(connected, after, ['resetpass']);
    });
    return { cluster, user: after.clientUser, passwordFile: passwordFile(cluster) };
  });
}

/** @param first ACL rules before them: `resetpass` takes all others away, also what an interrupted change left */
async function setPasswords(
  connected: readonly Connected[],
  secrets: Secrets,
  first: readonly string[],
): Promise<void> {
  const users = [
    [secrets.clientUser, secrets.client],
    [REPLICATION_USER, secrets.replication],
    [ADMIN_USER, secrets.admin],
  ] as const;
  await all(connected, ({ connection }) =>
    connection.runAll(
      users.map(([user, passwords]) =>
        aclSetUser(user, [...first, ...passwords.map((password) => `>${password}`)]),
      ),
    ),
  );
}

/** One that hangs would keep the old passwords. One that is down gets the new ones with its files. */
function requireAll({ record }: FoundCluster, connected: readonly Connected[]): void {
  const silentNodes = record.nodes.filter(
    ({ name, state }) => state !== 'exited' && !connected.some(({ node }) => node.name === name),
  );
  if (silentNodes.length === 0) return;
  throw new RclusterError('UNHEALTHY', `${silentNodes.map(({ name }) => name).join(', ')} does not answer`, {
    hint: 'rcluster status says what is wrong',
  });
}
