import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, RclusterError, systemCodeOf } from '../../base/errors.js';
import { CLIENT_USER, DEFAULT_USER, definesDefault, type UserSecrets } from '../../cluster/acl.js';
import { clusterFolder } from '../../config/home.js';
import { keepFile } from '../state-folder.js';

/** The passwords of a cluster, in its state folder, readable by its owner alone. */
export interface Secrets extends UserSecrets {
  readonly version: 1;
}

const FILE = 'secrets.json';
/** Of the client's password alone, for scripts: `REDISCLI_AUTH="$(cat FILE)"`. */
const PASSWORD_FILE = 'password';
const GENERATED_BYTES = 24;

export function generatedPassword(): string {
  return randomBytes(GENERATED_BYTES).toString('base64url');
}

/** @param password of the user that applications use; generated when undefined. @param users of an ACL file, hashed */
export function newSecrets(password: string | undefined, users: readonly string[]): Secrets {
  return {
    version: 1,
    clientUser: definesDefault(users) ? CLIENT_USER : DEFAULT_USER,
    client: [password ?? generatedPassword()],
    admin: [generatedPassword()],
    replication: [generatedPassword()],
    users,
  };
}

export async function keepSecrets(cluster: string, secrets: Secrets): Promise<void> {
  await keepFile(cluster, FILE, `${JSON.stringify(secrets, null, 2)}\n`);
  await keepFile(cluster, PASSWORD_FILE, `${secrets.client[0] ?? ''}\n`);
}

export function passwordFile(cluster: string): string {
  return join(clusterFolder(cluster), PASSWORD_FILE);
}

/** @throws ACCESS_UNKNOWN when they are not here */
export function requireSecrets(cluster: string): Secrets {
  const secrets = readSecrets(cluster);
  if (secrets !== undefined) return secrets;
  throw new RclusterError(
    'ACCESS_UNKNOWN',
    `the passwords of "${cluster}" are not in ${clusterFolder(cluster)}`,
    {
      hint: 'RCLUSTER_HOME says where the state folder of whoever made the cluster is',
    },
  );
}

/** At once and anew each time: it is small, and another command may change it. Undefined when there is none. */
export function readSecrets(cluster: string): Secrets | undefined {
  const path = join(clusterFolder(cluster), FILE);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Secrets;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw new RclusterError('ACCESS_UNKNOWN', `${path} cannot be read: ${messageOf(error)}`);
  }
}
