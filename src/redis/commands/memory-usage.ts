import type { Command } from '../connection.js';

/** The bytes that the key takes, estimated from a few of its elements; undefined when there is no such key. */
export const memoryUsage = (key: Buffer): Command<number | undefined> => ({
  args: ['MEMORY', 'USAGE', key],
  decode: (reply) => (typeof reply === 'number' ? reply : undefined),
});
