import type { Command } from '../connection.js';
import { asTexts, unexpected } from '../reply.js';

/** The server's clock, in milliseconds since 1970. */
export const time = (): Command<number> => ({
  args: ['TIME'],
  decode: (reply) => {
    const [seconds = 0, microseconds = 0] = asTexts(reply).map(Number);
    const ms = seconds * 1000 + microseconds / 1000;
    if (!Number.isFinite(ms)) throw unexpected('a time', reply);
    return ms;
  },
});
