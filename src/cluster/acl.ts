import { createHash } from 'node:crypto';

/**
 * The users of a cluster that lets in nobody without a password, as lines of a redis ACL file (redis.io/docs: ACL).
 * Passwords are in it as hashes alone.
 */

/** The user whose credentials applications get, unless the cluster's own ACL file defines `default`. */
export const DEFAULT_USER = 'default';
/** For applications of rcluster, such as a drill's load, where `default` is not ours. */
export const CLIENT_USER = 'rcluster-client';
/** As whom rcluster looks after the nodes. */
export const ADMIN_USER = 'rcluster';
/** As whom a replica, or the source of an atomic migration, comes to a node. */
export const REPLICATION_USER = 'rcluster-replication';
/** As whom MIGRATE comes to the target. It has a password for as long as slots move, and a new one each time. */
export const MIGRATION_USER = 'rcluster-migration';

const OURS: ReadonlySet<string> = new Set([CLIENT_USER, ADMIN_USER, REPLICATION_USER, MIGRATION_USER]);

/** What rcluster never does: end a server, read along, load code, or rebuild a node's data from elsewhere. */
const ADMIN_RULES = '~* &* +@all -shutdown -monitor -module -psync -sync -replicaof -slaveof -swapdb -keys';
const CLIENT_RULES = '~* &* +@all';
/** redis.io/docs/management/security/acl: what replication needs. */
const REPLICATION_RULES = '+psync +replconf +ping';
/**
 * The same user for as long as Valkey's atomic migration sends it keys: as commands that write, a snapshot and then what clients
 * change (valkey/src/cluster_migrateslots.c). It is no part of the ACL file, since other servers refuse to read it there.
 */
export const SLOT_SYNC_RULES = '~* +cluster|syncslots +select +multi +exec +@write -flushall -flushdb';
export const NO_SLOT_SYNC_RULES = `resetkeys -@all ${REPLICATION_RULES}`;
/** MIGRATE sends AUTH, SELECT and RESTORE-ASKING (redis/src/cluster.c migrateCommand). */
export const MIGRATION_RULES = '~* +restore-asking +restore +select';

/** Passwords by what they are for; of `client` and `replication` also the one before, while a change is under way. */
export interface UserSecrets {
  readonly clientUser: string;
  readonly client: readonly string[];
  readonly admin: readonly string[];
  readonly replication: readonly string[];
  /** Lines of the cluster's own ACL file. */
  readonly users: readonly string[];
}

/** The text of a node's ACL file. Pure. */
export function renderUsers({ clientUser, client, admin, replication, users }: UserSecrets): string {
  const line = (name: string, passwords: readonly string[], rules: string) =>
    `user ${name} reset on ${passwords.map((password) => `#${sha256(password)}`).join(' ')} ${rules}`;
  return [
    ...users,
    line(clientUser, client, CLIENT_RULES),
    line(ADMIN_USER, admin, ADMIN_RULES),
    line(REPLICATION_USER, replication, REPLICATION_RULES),
    `user ${MIGRATION_USER} reset off ${MIGRATION_RULES}`,
    '',
  ].join('\n');
}

/** What is wrong with lines of an ACL file, a sentence each; the server checks the rules themselves. Pure. */
export function aclProblems(text: string): string[] {
  return linesOf(text).flatMap((line) => {
    const [word, name = ''] = line.split(/\s+/);
    if (word !== 'user' || name === '') return [`"${line.slice(0, 20)}" is not a line "user NAME RULES..."`];
    return OURS.has(name) ? [`${name} is a user of rcluster's own`] : [];
  });
}

/** The users of an ACL file, with hashes in place of passwords. Pure. */
export function hashedUsers(text: string): string[] {
  return linesOf(text).map((line) =>
    line
      .split(/\s+/)
      .map((rule) => (rule.startsWith('>') ? `#${sha256(rule.slice(1))}` : rule))
      .join(' '),
  );
}

export function definesDefault(users: readonly string[]): boolean {
  return users.some((line) => line.split(/\s+/)[1] === DEFAULT_USER);
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function sha256(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}
