import type { Command } from '../connection.js';
import { asTexts } from '../reply.js';

/** The server's clock, in milliseconds since 1970. */
export const time = (): Command<number> => ({
  args: ['TIME'],
  decode: (reply) => {
    const [seconds = 0, microseconds = 0] = asTexts(reply).map(Number);
    return seconds * 1000 + microseconds / 1000;
  },
});
