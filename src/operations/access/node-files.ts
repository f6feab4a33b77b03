import { REPLICATION_USER, renderUsers } from '../../cluster/acl.js';
import { NODE_FILES } from '../../cluster/node-files.js';
import type { ReplicationAccess } from '../../compose/redis-conf.js';
import { nodeAddress } from '../../config/subnets.js';
import type { ClusterSpec, NodeSpec } from '../../config/types.js';
import type { NodeFile } from '../../runtimes/runtime.js';
import { isEncrypted } from './access.js';
import { nodeCertificate, readCertificates } from './certificate-files.js';
import { requireSecrets } from './secrets.js';

/** As whom a node follows another; undefined where anybody is let in. @throws ACCESS_UNKNOWN */
export function replicationAccess({ name, access }: ClusterSpec): ReplicationAccess | undefined {
  if (access !== 'password') return undefined;
  return { username: REPLICATION_USER, password: requireSecrets(name).replication[0] ?? '' };
}

/**
 * What a node needs beside redis.conf so that it lets in whom it should.
 *
 * @param subnet of the network of the nodes; undefined where they have none
 * @throws ACCESS_UNKNOWN
 */
export async function guardFiles(
  spec: ClusterSpec,
  node: NodeSpec,
  subnet: string | undefined,
): Promise<NodeFile[]> {
  return [...userFiles(spec), ...(isEncrypted(spec) ? await certificateFiles(spec, node, subnet) : [])];
}

function userFiles(spec: ClusterSpec): NodeFile[] {
  const replication = replicationAccess(spec);
  if (replication === undefined) return [];
  return [
    { name: NODE_FILES.users, text: renderUsers(requireSecrets(spec.name)) },
    { name: NODE_FILES.replication, text: replication.password },
  ];
}

async function certificateFiles(
  spec: ClusterSpec,
  node: NodeSpec,
  subnet: string | undefined,
): Promise<NodeFile[]> {
  const addresses = [...(subnet === undefined ? [] : [nodeAddress(subnet, node.number)]), spec.bind];
  const { cert, key } = await nodeCertificate(spec, node, addresses);
  return [
    { name: NODE_FILES.ca, text: readCertificates(spec.name).ca ?? '' },
    { name: NODE_FILES.cert, text: cert },
    { name: NODE_FILES.key, text: key },
  ];
}
