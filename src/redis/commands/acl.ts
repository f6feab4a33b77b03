import type { Command } from '../connection.js';

/** Redis leaves the passwords among the rules out of its slow log and of MONITOR (redis/acl.c aclCommand). */
export const aclSetUser = (user: string, rules: readonly string[]): Command<void> => ({
  args: ['ACL', 'SETUSER', user, ...rules],
  decode: () => undefined,
});
