import { all } from '../../base/concurrency.js';
import {
  MIGRATION_RULES,
  MIGRATION_USER,
  NO_SLOT_SYNC_RULES,
  REPLICATION_USER,
  SLOT_SYNC_RULES,
} from '../../cluster/acl.js';
import { aclSetUser } from '../../redis/commands/index.js';
import type { Member } from '../members.js';
import { generatedPassword } from './secrets.js';

/**
 * Lets MIGRATE in at every node for as long as `work` takes, as a user who may do nothing but take in keys. Its password is made
 * up each time: a slow turn of the source leaves it in the slow log, and then it opens nothing any more. Where anybody is let
 * in, MIGRATE needs no introduction.
 */
export async function withMigrationUser<Result>(
  members: readonly Member[],
  work: (members: readonly Member[]) => Promise<Result>,
): Promise<Result> {
  const guarded = guardedOf(members);
  if (guarded.length === 0) return work(members);
  const password = generatedPassword();
  await setOnAll(guarded, MIGRATION_USER, ['reset', 'on', `>${password}`, ...MIGRATION_RULES.split(' ')]);
  const access = { username: MIGRATION_USER, password };
  try {
    return await work(members.map((member) => ({ ...member, peer: { ...member.peer, access } })));
  } finally {
    // A node that has died in the meantime comes back with its ACL file, where the user is off.
    await setOnAll(guarded, MIGRATION_USER, ['off', 'resetpass']).catch(() => undefined);
  }
}

/**
 * Lets the server's own migration in for as long as `work` takes: it comes to the target as the user of replication, who may write
 * nothing otherwise.
 */
export async function withSlotSync<Result>(
  members: readonly Member[],
  work: () => Promise<Result>,
): Promise<Result> {
  const guarded = guardedOf(members);
  await setOnAll(guarded, REPLICATION_USER, SLOT_SYNC_RULES.split(' '));
  try {
    return await work();
  } finally {
    await setOnAll(guarded, REPLICATION_USER, NO_SLOT_SYNC_RULES.split(' ')).catch(() => undefined);
  }
}

function guardedOf(members: readonly Member[]): Member[] {
  return members.filter(({ connection }) => connection.address.access?.password !== undefined);
}

async function setOnAll(members: readonly Member[], user: string, rules: readonly string[]): Promise<void> {
  await all(members, ({ connection }) => connection.run(aclSetUser(user, rules)));
}
