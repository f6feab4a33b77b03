import { RclusterError } from '../../base/errors.js';
import { ADMIN_USER } from '../../cluster/acl.js';
import { passwordInEnvironment } from '../../config/password.js';
import type { Access, ClusterSpec, TlsAccess } from '../../config/types.js';
import { readCertificates } from './certificate-files.js';
import { readSecrets } from './secrets.js';

type Guarded = Pick<ClusterSpec, 'name' | 'access' | 'tls'>;

/** As whom rcluster looks after the nodes. @throws ACCESS_UNKNOWN when nobody knows the password */
export function adminAccess(spec: Guarded): Access | undefined {
  return accessAs(spec, ({ admin: [password] }) => ({ username: ADMIN_USER, password }));
}

/** As whom applications use the cluster: drills, benchmarks, users. @throws ACCESS_UNKNOWN */
export function clientAccess(spec: Guarded): Access | undefined {
  return accessAs(spec, ({ clientUser, client: [password] }) => ({ username: clientUser, password }));
}

function accessAs(
  spec: Guarded,
  credentials: (secrets: NonNullable<ReturnType<typeof readSecrets>>) => Access,
): Access | undefined {
  const { name, access } = spec;
  const encrypted: TlsAccess | undefined = isEncrypted(spec) ? readCertificates(name) : undefined;
  if (access !== 'password') return encrypted === undefined ? undefined : { tls: encrypted };
  const secrets = readSecrets(name);
  if (secrets !== undefined) return { ...credentials(secrets), tls: encrypted };
  const password = passwordInEnvironment();
  if (password !== undefined) return { password, tls: encrypted };
  throw new RclusterError(
    'ACCESS_UNKNOWN',
    `"${name}" lets in nobody without a password, and none is known here`,
    {
      hint: 'RCLUSTER_PASSWORD names it; RCLUSTER_HOME says where the state folder of whoever made the cluster is',
    },
  );
}

/** Whether a client needs more than an address. */
export function isGuarded(spec: Pick<ClusterSpec, 'access' | 'tls'>): boolean {
  return spec.access === 'password' || isEncrypted(spec);
}

export function isEncrypted({ tls }: Pick<ClusterSpec, 'tls'>): boolean {
  return tls !== undefined && tls !== 'off';
}
