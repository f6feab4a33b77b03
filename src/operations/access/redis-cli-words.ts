import { NODE_FILES, redisCliTls } from '../../cluster/node-files.js';
import type { ClusterSpec } from '../../config/types.js';
import { clientAccess, isEncrypted } from './access.js';
import { clientFiles } from './certificate-files.js';

/** What redis-cli needs to be let in: arguments that anybody may read, and variables that hold the password. */
export interface RedisCliAccess {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * @param place `host`: with the certificate for clients in the state folder; `node`: in the folder of a node's data
 * @throws ACCESS_UNKNOWN
 */
export function redisCliAccess(spec: ClusterSpec, place: 'host' | 'node'): RedisCliAccess {
  const { username, password } = clientAccess(spec) ?? {};
  return {
    words: [
      ...(username === undefined ? [] : ['--user', username]),
      ...(isEncrypted(spec) ? redisCliTls(place === 'node' ? NODE_FILES : clientFiles(spec.name)) : []),
    ],
    env: password === undefined ? {} : { REDISCLI_AUTH: password },
  };
}
