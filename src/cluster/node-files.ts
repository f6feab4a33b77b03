/** The files of a guarded node beside redis.conf, in the folder of its data. */
export const NODE_FILES = {
  users: 'users.acl',
  cert: 'node.crt',
  key: 'node.key',
  ca: 'ca.crt',
  /** The replication user's password alone, for the health check. */
  replication: 'replication.secret',
} as const;

/** What redis-cli has to be told for TLS. @param files paths as redis-cli sees them */
export function redisCliTls({
  ca,
  cert,
  key,
}: {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}): string[] {
  return ['--tls', '--cacert', ca, '--cert', cert, '--key', key];
}
