import { all } from '../../base/concurrency.js';
import { RclusterError } from '../../base/errors.js';
import { bytes as bytesText } from '../../base/format.js';
import type { Move } from '../../cluster/rebalance.js';
import { toSlots } from '../../cluster/slots.js';
import { countKeysInSlots, listKeysInSlots } from '../../redis/commands/index.js';
import type { Member } from '../members.js';

/** As many as a user can look into. */
const NAMED_AT_MOST = 10;

/**
 * Looks at every key that is to be moved, before any is: a slot by a slot, which takes a node about a millisecond for a
 * thousand keys.
 *
 * @throws KEY_TOO_LARGE with the largest of those that take more than `maxBytes`
 */
export async function requireSmallKeys(
  sources: readonly Member[],
  moves: readonly Move[],
  maxBytes: number,
): Promise<void> {
  const found = await all(sources, async ({ id, name, connection }) => {
    const slots = toSlots(moves.filter(({ from }) => from === id).flatMap((move) => move.slots));
    const counts = await connection.run(countKeysInSlots(slots));
    const large: { name: string; slot: number; key: Buffer; bytes: number }[] = [];
    for (const [slot, count] of counts) {
      const keys = await connection.run(listKeysInSlots([slot], count));
      large.push(...keys.filter(({ bytes }) => bytes > maxBytes).map((key) => ({ ...key, name })));
    }
    return large;
  });
  const large = found.flat().sort((a, b) => b.bytes - a.bytes);
  if (large.length === 0) return;
  throw new RclusterError(
    'KEY_TOO_LARGE',
    `${large.length} of the keys that would move ${large.length === 1 ? 'takes' : 'take'} more than ${bytesText(maxBytes)}`,
    {
      details: large
        .slice(0, NAMED_AT_MOST)
        .map(
          ({ key, bytes, slot, name }) =>
            `${JSON.stringify(key.toString())} takes ${bytesText(bytes)} (slot ${slot} of ${name})`,
        ),
      hint: 'nothing was moved; --max-key-size with more lets them go',
    },
  );
}
