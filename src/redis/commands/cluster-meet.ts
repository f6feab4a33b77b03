import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

/** Starts the handshake. The address is the bus side's and must be an IP (redis/cluster.c clusterStartHandshake). */
export const clusterMeet = (host: string, port: number): Command<undefined> => ({
  args: ['CLUSTER', 'MEET', host, port],
  decode: asNothing,
});
