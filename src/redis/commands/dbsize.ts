import type { Command } from '../connection.js';
import { asNumber } from '../reply.js';

/** How many keys this node has, those that have expired and are not deleted yet among them. */
export const dbSize = (): Command<number> => ({ args: ['DBSIZE'], decode: asNumber });
