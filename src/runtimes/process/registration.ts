import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../base/atomic-file.js';
import { RclusterError, messageOf, systemCodeOf } from '../../base/errors.js';
import { clusterFolder } from '../../config/home.js';
import { registrationIn } from '../../config/state-records.js';
import type { ClusterSpec } from '../../config/types.js';
import { nodesFolder } from './folders.js';

/** What is remembered of a cluster, in its folder: there is no engine to ask. */
export interface Registration {
  readonly spec: ClusterSpec;
  readonly server: string;
  readonly env: NodeJS.ProcessEnv;
}

const registrationPath = (cluster: string) => join(nodesFolder(cluster), 'cluster.json');

/** Undefined where there is no such cluster. @throws NODE_FAILED, CONFIG_INVALID when the file cannot be read, or is not ours */
export async function readRegistration(cluster: string): Promise<Registration | undefined> {
  const path = registrationPath(cluster);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw new RclusterError('NODE_FAILED', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const registration = registrationIn(text);
  if (registration?.spec.name === cluster) return registration;
  throw new RclusterError('CONFIG_INVALID', `${path} is not what rcluster wrote there`, {
    hint: `without ${clusterFolder(cluster)} there is no such cluster any more`,
  });
}

export async function writeRegistration(registration: Registration): Promise<void> {
  const text = `${JSON.stringify(registration, null, 2)}\n`;
  await writeAtomically(registrationPath(registration.spec.name), text);
}
