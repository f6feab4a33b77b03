import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

/** Deletes all keys of this master and, by replication, of its replicas; their memory is freed in the background. */
export const flushAll = (): Command<undefined> => ({ args: ['FLUSHALL', 'ASYNC'], decode: asNothing });
