import type { Command, Reply } from '../connection.js';
import { asText } from '../reply.js';

/** Whether the node has a script of this SHA1 in its cache. */
export const scriptExists = (sha1: Buffer): Command<boolean> => ({
  args: ['SCRIPT', 'EXISTS', sha1],
  decode: (reply) => Array.isArray(reply) && reply[0] === 1,
});

/** The names of the functions that are loaded. */
export const functionNames = (): Command<string[]> => ({
  args: ['FUNCTION', 'LIST'],
  decode: (reply) =>
    listOf(reply).flatMap((library) =>
      listOf(fieldOf(library, 'functions')).map((item) => asText(fieldOf(item, 'name'))),
    ),
});

const listOf = (reply: Reply): Reply[] => (Array.isArray(reply) ? reply : []);

function fieldOf(reply: Reply, name: string): Reply {
  const items = listOf(reply);
  const at = items.indexOf(name);
  return at === -1 ? null : (items[at + 1] ?? null);
}
