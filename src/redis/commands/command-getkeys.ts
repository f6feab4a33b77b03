import type { Command, Reply } from '../connection.js';

const wordIn = (reply: Reply) => (Buffer.isBuffer(reply) ? reply.toString() : '');

/** A key among a command's words, and what the command does with it, in the server's terms: RO, access, update... */
export interface UsedKey {
  readonly key: Buffer;
  readonly flags: readonly string[];
}

/** Fails where the words have no keys, or are no valid command. */
export const commandGetKeysAndFlags = (words: readonly Buffer[]): Command<UsedKey[]> => ({
  args: ['COMMAND', 'GETKEYSANDFLAGS', ...words],
  binary: true,
  decode: (reply) =>
    (Array.isArray(reply) ? reply : []).flatMap((item) => {
      const [key, flags] = Array.isArray(item) ? item : [];
      return Buffer.isBuffer(key) ? [{ key, flags: (Array.isArray(flags) ? flags : []).map(wordIn) }] : [];
    }),
});
