import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, RclusterError } from '../../base/errors.js';
import { hostOf, nameInNetwork } from '../../config/announce.js';
import { clusterFolder } from '../../config/home.js';
import type { ClusterSpec, NodeSpec, TlsAccess } from '../../config/types.js';
import { keepFile } from '../state-folder.js';
import type { KeyPair } from './certificates.js';

/** The certificates of a cluster, in its state folder, and those of its nodes. */

/** What a user brings: one certificate for all nodes, and the authority that signed it. PEM texts. */
export interface OwnCertificates extends KeyPair {
  readonly ca: string;
}

/** Makes the cluster's authority, or keeps what the user brings, and a certificate for clients. */
export async function prepareCertificates(cluster: string, own: OwnCertificates | undefined): Promise<void> {
  if (own !== undefined) {
    await keepFile(cluster, 'ca.crt', own.ca);
    for (const owner of ['node', 'client']) await keepPair(cluster, owner, own);
    return;
  }
  const { createAuthority, issueCertificate } = await import('./certificates.js');
  const authority = await createAuthority(`rcluster ${cluster}`);
  await keepPair(cluster, 'client', await issueCertificate(authority, 'client', []));
  await keepPair(cluster, 'ca', authority);
}

/** What clients show and trust. @throws ACCESS_UNKNOWN when the files are not there */
export function readCertificates(cluster: string): TlsAccess {
  return { ca: read(cluster, 'ca.crt'), cert: read(cluster, 'client.crt'), key: read(cluster, 'client.key') };
}

/** Where they are. */
export function clientFiles(cluster: string): {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
} {
  const path = (file: string) => join(clusterFolder(cluster), file);
  return { ca: path('ca.crt'), cert: path('client.crt'), key: path('client.key') };
}

/** @param addresses at which other nodes and clients reach it */
export async function nodeCertificate(
  spec: Pick<ClusterSpec, 'name' | 'bind' | 'announce'>,
  node: NodeSpec,
  addresses: readonly string[],
): Promise<KeyPair> {
  const { name } = spec;
  const own = readIfThere(name, 'node.crt');
  if (own !== undefined) return { cert: own, key: read(name, 'node.key') };
  const { issueCertificate } = await import('./certificates.js');
  const authority = { cert: read(name, 'ca.crt'), key: read(name, 'ca.key') };
  const names = [
    hostOf(spec),
    'localhost',
    '127.0.0.1',
    '::1',
    node.name,
    nameInNetwork(spec, node.name),
    ...addresses,
  ];
  return issueCertificate(authority, node.name, names);
}

async function keepPair(cluster: string, owner: string, { cert, key }: KeyPair): Promise<void> {
  await keepFile(cluster, `${owner}.key`, key);
  await keepFile(cluster, `${owner}.crt`, cert);
}

function read(cluster: string, file: string): string {
  const path = join(clusterFolder(cluster), file);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new RclusterError('ACCESS_UNKNOWN', `"${cluster}" wants TLS, and its certificates are not here`, {
      details: [messageOf(error)],
      hint: 'RCLUSTER_HOME says where the state folder of whoever made the cluster is',
    });
  }
}

function readIfThere(cluster: string, file: string): string | undefined {
  try {
    return readFileSync(join(clusterFolder(cluster), file), 'utf8');
  } catch {
    return undefined;
  }
}
