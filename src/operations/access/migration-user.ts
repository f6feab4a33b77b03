import { all } from '../../base/concurrency.js';
import { MIGRATION_RULES, MIGRATION_USER } from '../../cluster/acl.js';
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
  const guarded = members.filter(({ connection }) => connection.address.access?.password !== undefined);
  if (guarded.length === 0) return work(members);
  const password = generatedPassword();
  await setOnAll(guarded, ['reset', 'on', `>${password}`, ...MIGRATION_RULES.split(' ')]);
  const access = { username: MIGRATION_USER, password };
  try {
    return await work(members.map((member) => ({ ...member, peer: { ...member.peer, access } })));
  } finally {
    // A node that has died in the meantime comes back with its ACL file, where the user is off.
    await setOnAll(guarded, ['off', 'resetpass']).catch(() => undefined);
  }
}

async function setOnAll(members: readonly Member[], rules: readonly string[]): Promise<void> {
  await all(members, ({ connection }) => connection.run(aclSetUser(MIGRATION_USER, rules)));
}
