import type { Command } from '../connection.js';
import { asNothing, asNumber } from '../reply.js';

/** The next command may touch a slot that is on its way to this node. */
export const asking = (): Command<undefined> => ({ args: ['ASKING'], decode: asNothing });

/** How many of the keys exist. */
export const exists = (key: Buffer): Command<number> => ({ args: ['EXISTS', key], decode: asNumber });

/** Deletes a key; its memory is freed in the background. */
export const unlink = (key: Buffer): Command<number> => ({ args: ['UNLINK', key], decode: asNumber });

/** Makes a value longer, or the key. Answers with its length then. */
export const append = (key: Buffer, value: Buffer): Command<number> => ({
  args: ['APPEND', key, value],
  decode: asNumber,
});
