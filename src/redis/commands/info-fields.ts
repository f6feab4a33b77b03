import type { Command } from '../connection.js';
import { asFields } from '../reply.js';

/** All that INFO says, by the names of its fields: what is asked for on behalf of a reader who knows them. */
export const infoFields = (): Command<ReadonlyMap<string, string>> => ({ args: ['INFO'], decode: asFields });
