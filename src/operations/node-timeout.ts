import { configGet, configSet } from '../redis/commands/index.js';
import type { NodeConnection } from '../redis/connection.js';

const PARAMETER = 'cluster-node-timeout';

/** The node's timeout in milliseconds; undefined where the server has no CONFIG command. */
export async function readNodeTimeout(connection: NodeConnection): Promise<number | undefined> {
  const [answer] = await connection.settleAll([configGet(PARAMETER)]);
  return typeof answer === 'string' ? Number(answer) : undefined;
}

/** The command that gives a node another timeout, in milliseconds. */
export const setNodeTimeout = (ms: number) => configSet(PARAMETER, ms);
