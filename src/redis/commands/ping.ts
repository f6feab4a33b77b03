import type { Command } from '../connection.js';
import { asText } from '../reply.js';

export const ping = (): Command<string> => ({ args: ['PING'], decode: asText });
