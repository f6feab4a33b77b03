import { REPLICATION_USER } from '../../cluster/acl.js';
import { NODE_FILES, redisCliTls } from '../../cluster/node-files.js';
import type { ClusterSpec, NodeSpec } from '../../config/types.js';

/** Runs redis-cli with a password from a file: an argument could be read by everybody on the host. */
const WITH_PASSWORD = `REDISCLI_AUTH=$(cat ${NODE_FILES.replication}) exec redis-cli -e "$@"`;

/**
 * Whether a node answers, as the engine asks it from within. The user of replication may PING, and its password is beside
 * redis.conf anyway.
 */
export function healthTest({ access, tls }: ClusterSpec, { port }: NodeSpec): string[] {
  const isEncrypted = tls !== undefined && tls !== 'off';
  const words = ['-p', String(port), ...(isEncrypted ? redisCliTls(NODE_FILES) : []), 'ping'];
  if (access !== 'password') return ['CMD', 'redis-cli', ...words];
  return ['CMD', 'sh', '-c', WITH_PASSWORD, 'sh', '--user', REPLICATION_USER, ...words];
}
