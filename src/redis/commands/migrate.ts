import type { Command, NodeAddress } from '../connection.js';
import { asText } from '../reply.js';

/** How MIGRATE is to introduce itself to the target; empty where anybody is let in. */
export function migrateAuthentication({ access }: NodeAddress): string[] {
  const { username, password } = access ?? {};
  return username === undefined || password === undefined ? [] : ['AUTH2', username, password];
}

/**
 * Moves keys of one slot to another node; both nodes are blocked meanwhile. REPLACE, because a key that an interrupted
 * MIGRATE left on both sides is served, and so kept current, by the source until the slot has changed hands.
 */
export const migrate = (
  target: NodeAddress,
  keys: readonly Buffer[],
  timeoutMs: number,
): Command<'OK' | 'NOKEY'> => command(target, keys, timeoutMs, ['REPLACE']);

/** The same, but a key that the other node has already stays on both: the answer is an error with BUSYKEY then. */
export const migrateUnlessThere = (
  target: NodeAddress,
  keys: readonly Buffer[],
  timeoutMs: number,
): Command<'OK' | 'NOKEY'> => command(target, keys, timeoutMs, []);

const command = (
  target: NodeAddress,
  keys: readonly Buffer[],
  timeoutMs: number,
  options: readonly string[],
): Command<'OK' | 'NOKEY'> => ({
  args: [
    ...['MIGRATE', target.host, target.port, '', 0, timeoutMs, ...options],
    ...[...migrateAuthentication(target), 'KEYS', ...keys],
  ],
  decode: (reply) => (asText(reply) === 'NOKEY' ? 'NOKEY' : 'OK'),
});
