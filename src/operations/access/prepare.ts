import { RclusterError } from '../../base/errors.js';
import { aclProblems, hashedUsers } from '../../cluster/acl.js';
import type { Guard } from '../../config/guard.js';
import type { ClusterSpec } from '../../config/types.js';
import { isEncrypted } from './access.js';
import { prepareCertificates } from './certificate-files.js';
import { keepSecrets, newSecrets, readSecrets } from './secrets.js';

/**
 * Makes, or keeps, the passwords and certificates of a cluster that is to be.
 *
 * @throws CONFIG_INVALID for an ACL file that cannot be
 */
export async function prepareGuard(spec: ClusterSpec, { password, acl, certificates }: Guard): Promise<void> {
  if (spec.access === 'password') {
    const problems = acl === undefined ? [] : aclProblems(acl);
    if (problems.length > 0)
      throw new RclusterError('CONFIG_INVALID', '--acl-file cannot be used', { details: problems });
    // Data that was kept has the old ones; a new password is as good.
    await keepSecrets(spec.name, newSecrets(password, acl === undefined ? [] : hashedUsers(acl)));
  }
  if (isEncrypted(spec)) await prepareCertificates(spec.name, certificates);
}

/** @throws CLUSTER_DIFFERS when a password was given that is not the cluster's */
export function refuseOtherPassword({ name, access }: ClusterSpec, { password }: Guard): void {
  if (access !== 'password' || password === undefined) return;
  const secrets = readSecrets(name);
  if (secrets === undefined || secrets.client.includes(password)) return;
  throw new RclusterError('CLUSTER_DIFFERS', `"${name}" has another password`, {
    hint: `rcluster rotate-password --cluster ${name} changes it`,
  });
}
