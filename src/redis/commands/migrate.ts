import type { Command, NodeAddress } from '../connection.js';
import { asText } from '../reply.js';

/**
 * Moves keys of one slot to another node; both nodes are blocked meanwhile. REPLACE, because a key that an interrupted
 * MIGRATE left on both sides is served, and so kept current, by the source until the slot has changed hands.
 */
export const migrate = (
  target: NodeAddress,
  keys: readonly Buffer[],
  timeoutMs: number,
): Command<'OK' | 'NOKEY'> => ({
  args: ['MIGRATE', target.host, target.port, '', 0, timeoutMs, 'REPLACE', 'KEYS', ...keys],
  decode: (reply) => (asText(reply) === 'NOKEY' ? 'NOKEY' : 'OK'),
});
